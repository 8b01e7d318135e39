import type { Settings, SettingsSpec, Shape } from '@bluecore/settings'

/** Something that a pod can wait for. */
export interface Target {
  /** What is waited for and where, for the log: "postgres (dbserver-sv:5432)". */
  readonly goal: string
  /** Resolves when it is usable; throws the reason while it is not, a PermanentError when it never will be. */
  attempt(): Promise<void>
}

/** A kind of target with the settings that it needs. */
export interface TargetKind extends SettingsSpec<Shape> {
  create(settings: Settings<Shape>): Target
}

/** @param create called with the values of `spec`, and perhaps of others */
export function defineTarget<S extends Shape>(
  spec: SettingsSpec<S>,
  create: (settings: Settings<S>) => Target,
): TargetKind {
  return { ...spec, create: settings => create(settings as Settings<S>) }
}

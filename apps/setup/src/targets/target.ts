import type { Settings } from '../settings.js'

/** Something that a pod can wait for. */
export interface Target {
  /** What is waited for and where, for the log: "postgres (dbserver-sv:5432)". */
  readonly goal: string
  /** Resolves when it is usable; throws the reason while it is not, a Refusal when it never will be. */
  attempt(): Promise<void>
}

/** Reads what it needs from the settings; mistakes are kept there and thrown by `settings.check()`. */
export type TargetFrom = (settings: Settings) => Target

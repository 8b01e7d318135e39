import { readFileSync } from 'node:fs'
import * as z from 'zod/mini'

export type Shape = Readonly<Record<string, z.ZodMiniType<unknown, string | undefined>>>

/** What a process may be told by its environment. */
export interface SettingsSpec<S extends Shape> {
  /** A schema for each name. */
  shape: S
  /** Names that may also come as `NAME_FILE`, the path of a file with the value, and are never printed. */
  secrets: readonly (keyof S & string)[]
}

export type Settings<S extends Shape> = { [Name in keyof S]: z.output<S[Name]> }

export class SettingsError extends Error {
  override readonly name = 'SettingsError'

  /** @param problems one sentence for each wrong name */
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'))
  }
}

/**
 * Reads the settings once. An empty value counts as none.
 * @throws SettingsError naming all problems together
 */
export function readSettings<S extends Shape>(spec: SettingsSpec<S>, env: NodeJS.ProcessEnv): Settings<S> {
  const secrets: readonly string[] = spec.secrets
  const problems = new Map<string, string>()
  const input: Record<string, string> = {}
  for (const name of Object.keys(spec.shape)) {
    const value = secrets.includes(name) ? readSecret(name, env, problems) : env[name]
    if (value) input[name] = value
  }
  const parsed = z.object(spec.shape).safeParse(input)
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0])
    const problem = problemOf(name, input[name], issue.message, secrets.includes(name))
    if (!problems.has(name)) problems.set(name, problem)
  }
  if (!parsed.success || problems.size > 0) {
    throw new SettingsError(Object.keys(spec.shape).flatMap(name => problems.get(name) ?? []))
  }
  return parsed.data as Settings<S>
}

function readSecret(name: string, env: NodeJS.ProcessEnv, problems: Map<string, string>): string | undefined {
  const fileName = `${name}_FILE`
  const path = env[fileName]
  if (!path) return env[name]
  if (env[name]) {
    problems.set(name, `${name} and ${fileName} are both set: keep one`)
    return undefined
  }
  try {
    const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
    if (value === '') problems.set(name, `${fileName} is "${path}": that file is empty`)
    return value
  } catch (error) {
    problems.set(name, `${fileName} is "${path}": ${(error as Error).message}`)
    return undefined
  }
}

function problemOf(name: string, value: string | undefined, wanted: string, secret: boolean): string {
  if (value === undefined) return `${name} is missing: set ${name}${secret ? ` or ${name}_FILE` : ''}`
  return secret ? `${name} is not ${wanted}` : `${name} is ${JSON.stringify(value)}, not ${wanted}`
}

/** A TCP port; 0 lets the kernel choose one. */
export function port(lowest: 0 | 1 = 1) {
  return number(
    `a port from ${lowest} to 65535`,
    value => Number.isInteger(value) && value >= lowest && value <= 65_535,
  )
}

/** A length of time in seconds, fractions allowed. */
export function seconds(lowest: number, highest: number) {
  return number(`seconds from ${lowest} to ${highest}`, value => value >= lowest && value <= highest)
}

/** `true` of `holds` makes a number of it; the message follows "is …, not". */
function number(wanted: string, holds: (value: number) => boolean) {
  const digits = z
    .string()
    .check(z.refine(value => /^\d+(\.\d+)?$/.test(value) && holds(Number(value)), wanted))
  return z.pipe(digits, z.transform(Number))
}

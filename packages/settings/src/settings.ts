import { readFileSync } from 'node:fs'
import * as z from 'zod/mini'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A schema for each environment variable. A schema's message completes the sentence "NAME must be …". */
export type Shape = Readonly<Record<string, z.ZodMiniType<unknown, string | undefined>>>

/** The environment variables that a process reads. */
export interface SettingsSpec<S extends Shape> {
  shape: S
  /** Names that may also be given as `NAME_FILE`, the path of a file with the value. Their values are never printed. */
  secrets: readonly (keyof S & string)[]
}

/** The values by name, as the schemas return them. */
export type Settings<S extends Shape> = { [Name in keyof S]: z.output<S[Name]> }

/** Settings or arguments that are missing or invalid, all of them in one message. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'

  /** @param problems one sentence each */
  constructor(readonly problems: readonly string[]) {
    super(['Invalid settings:', ...problems.map(problem => `  ${problem}`)].join('\n'))
  }
}

/**
 * Reads the settings once. An empty value counts as not set.
 * @throws SettingsError naming every missing or invalid setting, in the order of the shape
 */
export function readSettings<S extends Shape>(spec: SettingsSpec<S>, env: Environment): Settings<S> {
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

function readSecret(name: string, env: Environment, problems: Map<string, string>): string | undefined {
  const file = env[`${name}_FILE`]
  if (!file) return env[name]
  if (env[name]) {
    problems.set(name, `${name} and ${name}_FILE are both set; keep one`)
    return undefined
  }
  try {
    const value = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    if (value === '') problems.set(name, `${name}_FILE: ${file} is empty`)
    return value
  } catch (error) {
    problems.set(name, `${name}_FILE: ${(error as Error).message}`)
    return undefined
  }
}

function problemOf(name: string, value: string | undefined, wanted: string, secret: boolean): string {
  if (value === undefined) return secret ? `neither ${name} nor ${name}_FILE is set` : `${name} is not set`
  return secret ? `${name} must be ${wanted}` : `${name} must be ${wanted}, not ${JSON.stringify(value)}`
}

/** A TCP port; 0 lets the kernel choose one. */
export function port(lowest: 0 | 1 = 1) {
  return number(
    `a port from ${lowest} to 65535`,
    value => Number.isInteger(value) && value >= lowest && value <= 65_535,
  )
}

/** A duration in seconds, fractions allowed. */
export function seconds(lowest: number, highest: number) {
  return number(
    `a number of seconds from ${lowest} to ${highest}`,
    value => value >= lowest && value <= highest,
  )
}

function number(wanted: string, holds: (value: number) => boolean) {
  const digits = z
    .string()
    .check(z.refine(value => /^\d+(\.\d+)?$/.test(value) && holds(Number(value)), wanted))
  return z.pipe(digits, z.transform(Number))
}

/** An http or https URL; slashes at its end are removed. */
export function httpUrl() {
  const isUrl = (value: string) => /^https?:\/\//i.test(value) && URL.canParse(value)
  return withoutTrailingSlash(z.string().check(z.refine(isUrl, 'an http or https URL')))
}

/** An absolute path other than `/`; slashes at its end are removed. */
export function absolutePath() {
  return withoutTrailingSlash(z.string().check(z.regex(/^\/+[^/]/, 'an absolute path')))
}

function withoutTrailingSlash(text: z.ZodMiniString<string>) {
  return z.pipe(
    text,
    z.transform(value => value.replace(/\/+$/, '')),
  )
}

import { readFileSync } from 'node:fs'
import { reason, SettingsError } from './failure.js'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Reads typed settings and remembers every problem until `check` throws them together. */
export interface Settings {
  /** A non-empty text; without a fallback it must be set. */
  text(name: string, fallback?: string): string
  /** A whole number from `least` to `most`. */
  number(name: string, fallback: number, least: number, most: number): number
  /** An http or https URL without a trailing slash. */
  url(name: string): string
  /** An absolute path without a slash at its end. */
  folder(name: string): string
  /** A secret from NAME or from the file that NAME_FILE names; both at once is a mistake. */
  secret(name: string): string
  /** @throws SettingsError naming every missing or bad setting seen so far */
  check(): void
}

/** @param env where the settings are; nothing is read before it is asked for */
export function settingsFrom(env: Environment): Settings {
  const problems: string[] = []
  const wrong = (problem: string) => {
    problems.push(problem)
    return ''
  }
  const text = (name: string, fallback?: string) => env[name] || (fallback ?? wrong(`${name} is not set`))

  return {
    text,
    number(name, fallback, least, most) {
      const seen = env[name] || String(fallback)
      const value = /^\d+$/.test(seen) ? Number(seen) : Number.NaN
      if (value >= least && value <= most) return value
      wrong(`${name} must be a whole number from ${least} to ${most}, not "${seen}"`)
      return fallback
    },
    url(name) {
      const seen = text(name)
      if (seen === '') return seen
      if (/^https?:\/\//.test(seen) && URL.canParse(seen)) return seen.replace(/\/+$/, '')
      return wrong(`${name} must be a URL like http://elsearch-sv:9200, not "${seen}"`)
    },
    folder(name) {
      const seen = text(name)
      if (seen === '' || /^\/./.test(seen)) return seen.replace(/\/+$/, '')
      return wrong(`${name} must be an absolute path like /volume, not "${seen}"`)
    },
    secret(name) {
      const file = env[`${name}_FILE`]
      if (file && env[name]) return wrong(`${name} and ${name}_FILE are both set; keep one`)
      if (!file) return env[name] || wrong(`neither ${name} nor ${name}_FILE is set`)
      try {
        return readFileSync(file, 'utf8').replace(/\r?\n$/, '') || wrong(`${name}_FILE: ${file} is empty`)
      } catch (error) {
        return wrong(`${name}_FILE: ${reason(error)}`)
      }
    },
    check() {
      if (problems.length > 0) throw new SettingsError(problems)
    },
  }
}

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PermanentError, reason } from './errors.js'

/**
 * Fills `${NAME}` with secrets. Each becomes a double-quoted string with JSON's escapes, which YAML and redis.conf
 * read alike: no character of a password can end the line or begin a new setting.
 * @param template text with placeholders; names are those of files: letters, digits, `.`, `_`, `-`
 * @param value the secret of that name; throws when there is none
 * @throws PermanentError naming every placeholder that cannot be filled, never a value
 */
export function fill(template: string, value: (name: string) => string): string {
  const problems = new Set<string>()
  const filled = template.replace(/\$\{([\w.-]+)\}/g, (_, name: string) => {
    try {
      const secret = value(name)
      if (secret === '') problems.add(`${name}: it is empty`)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is not allowed
      if (/[\u0000-\u001f\u007f]/.test(secret))
        problems.add(`${name}: it contains a line break or another control character`)
      return JSON.stringify(secret)
    } catch (error) {
      problems.add(`${name}: ${reason(error)}`)
      return ''
    }
  })
  if (problems.size === 0) return filled
  throw new PermanentError(
    ['These placeholders cannot be filled:', ...[...problems].map(line => `  ${line}`)].join('\n'),
  )
}

/**
 * Writes a configuration file that only its owner can read.
 * @param source the template
 * @param target the file to write; it appears whole or not at all
 * @param secrets folder with one file per secret; a line break at the end of a file is not part of the secret
 */
export function render(source: string, target: string, secrets: string): void {
  const text = fill(readFileSync(source, 'utf8'), name =>
    readFileSync(join(secrets, name), 'utf8').replace(/\r?\n$/, ''),
  )
  const part = `${target}.part`
  rmSync(part, { force: true }) // an earlier try left it read-only
  writeFileSync(part, text, { mode: 0o400 })
  renameSync(part, target)
  console.log(`wrote ${target}`)
}

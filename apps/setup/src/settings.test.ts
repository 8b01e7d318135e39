import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SettingsError } from './failure.js'
import { settingsFrom } from './settings.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-settings-'))
  writeFileSync(join(folder, 'password'), 'from a file\n')
  writeFileSync(join(folder, 'empty'), '\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('what is set is read, and defaults stand in for the rest', () => {
  const settings = settingsFrom({
    HOST: 'dbserver-sv',
    PORT: '15432',
    URL: 'http://elsearch-sv:9200/',
    WORD: 'secret',
  })
  expect(settings.text('HOST')).toBe('dbserver-sv')
  expect(settings.text('NAME', 'misskey')).toBe('misskey')
  expect(settings.number('PORT', 5432, 1, 65_535)).toBe(15_432)
  expect(settings.number('OTHER', 5432, 1, 65_535)).toBe(5_432)
  expect(settings.url('URL')).toBe('http://elsearch-sv:9200')
  expect(settings.secret('WORD')).toBe('secret')
  settings.check()
})

test('a secret may be in a file; the line break at its end is not part of it', () => {
  const settings = settingsFrom({ WORD_FILE: join(folder, 'password') })
  expect(settings.secret('WORD')).toBe('from a file')
  settings.check()
})

test('every missing or bad setting is told at once, and no secret', () => {
  const settings = settingsFrom({
    EMPTY: '',
    PORT: '70000',
    COUNT: '1.5',
    URL: 'elsearch-sv:9200',
    BOTH: 'do not print me',
    BOTH_FILE: join(folder, 'password'),
    GONE_FILE: join(folder, 'gone'),
    BLANK_FILE: join(folder, 'empty'),
  })
  settings.text('EMPTY')
  settings.text('MISSING')
  settings.number('PORT', 1, 1, 65_535)
  settings.number('COUNT', 1, 1, 9)
  settings.url('URL')
  for (const name of ['BOTH', 'GONE', 'BLANK', 'NONE']) settings.secret(name)
  expect(settings.check).toThrow(SettingsError)
  expect(settings.check).toThrow(
    [
      'These settings cannot be used:',
      '  EMPTY is not set',
      '  MISSING is not set',
      '  PORT must be a whole number from 1 to 65535, not "70000"',
      '  COUNT must be a whole number from 1 to 9, not "1.5"',
      '  URL must be a URL like http://elsearch-sv:9200, not "elsearch-sv:9200"',
      '  BOTH and BOTH_FILE are both set; keep one',
      `  GONE_FILE: ENOENT: no such file or directory, open '${join(folder, 'gone')}'`,
      `  BLANK_FILE: ${join(folder, 'empty')} is empty`,
      '  neither NONE nor NONE_FILE is set',
    ].join('\n'),
  )
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import {
  absolutePath,
  type Environment,
  httpUrl,
  port,
  readSettings,
  type SettingsError,
  type SettingsSpec,
  seconds,
} from './settings.js'

const shape = {
  HOST: z._default(z.string(), '127.0.0.1'),
  PORT: z._default(port(), 5432),
  WAIT: z._default(seconds(0, 60), 2),
  SEARCH: z.optional(httpUrl()),
  FOLDER: z.optional(absolutePath()),
  PASSWORD: z.string(),
}
const spec: SettingsSpec<typeof shape> = { shape, secrets: ['PASSWORD'] }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'))
  writeFileSync(join(folder, 'password'), 'from file \n')
  writeFileSync(join(folder, 'empty'), '\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

function problems(env: Environment): readonly string[] {
  try {
    readSettings(spec, env)
    return []
  } catch (error) {
    return (error as SettingsError).problems
  }
}

test('a setting that is not set, or empty, has its default', () => {
  expect(readSettings(spec, { PASSWORD: 'secret', HOST: '' })).toEqual({
    HOST: '127.0.0.1',
    PORT: 5432,
    WAIT: 2,
    PASSWORD: 'secret',
  })
})

test('numbers are numbers; URLs and paths lose their trailing slashes', () => {
  const env = {
    PASSWORD: 'secret',
    PORT: '15432',
    WAIT: '0.5',
    SEARCH: 'http://elsearch-sv:9200/es//',
    FOLDER: '/volume/',
  }
  expect(readSettings(spec, env)).toMatchObject({
    PORT: 15_432,
    WAIT: 0.5,
    SEARCH: 'http://elsearch-sv:9200/es',
    FOLDER: '/volume',
  })
})

test('a secret may come from a file, without the line break at its end', () => {
  expect(readSettings(spec, { PASSWORD_FILE: join(folder, 'password') }).PASSWORD).toBe('from file ')
})

test('all problems are reported at once', () => {
  const env = { PORT: 'http', WAIT: '61', SEARCH: 'elsearch-sv:9200', FOLDER: 'volume' }
  expect(() => readSettings(spec, env)).toThrow(
    [
      'Invalid settings:',
      '  PORT must be a port from 1 to 65535, not "http"',
      '  WAIT must be a number of seconds from 0 to 60, not "61"',
      '  SEARCH must be an http or https URL, not "elsearch-sv:9200"',
      '  FOLDER must be an absolute path, not "volume"',
      '  neither PASSWORD nor PASSWORD_FILE is set',
    ].join('\n'),
  )
})

test('a setting without a default is required', () => {
  expect(() => readSettings({ shape: { HOST: z.string() }, secrets: [] }, { HOST: '' })).toThrow(
    '  HOST is not set',
  )
})

test.each(['0', '65536', '-1', '80.5', '0x50', ' 80', 'tcp://10.43.0.1:80'])('%s is not a port', value => {
  expect(problems({ PASSWORD: 'secret', PORT: value })).toEqual([
    `PORT must be a port from 1 to 65535, not ${JSON.stringify(value)}`,
  ])
})

test.each(['/', '//', './volume', 'volume/'])('%s is not an absolute path of a folder', value => {
  expect(problems({ PASSWORD: 'secret', FOLDER: value })).toEqual([
    `FOLDER must be an absolute path, not ${JSON.stringify(value)}`,
  ])
})

test('a secret given twice is a problem, because the two may differ', () => {
  const env = { PASSWORD: 'secret', PASSWORD_FILE: join(folder, 'password') }
  expect(problems(env)).toEqual(['PASSWORD and PASSWORD_FILE are both set; keep one'])
})

test('the value of a secret is never printed', () => {
  const refused = z.string().check(z.minLength(20, 'at least 20 characters'))
  const read = () => readSettings({ shape: { TOKEN: refused }, secrets: ['TOKEN'] }, { TOKEN: 'too short' })
  expect(read).toThrow(/TOKEN must be at least 20 characters$/)
})

test('a file that is missing or empty is the only problem of its setting', () => {
  const missing = join(folder, 'missing')
  const empty = join(folder, 'empty')
  expect(problems({ PASSWORD_FILE: missing })).toEqual([
    `PASSWORD_FILE: ENOENT: no such file or directory, open '${missing}'`,
  ])
  expect(problems({ PASSWORD_FILE: empty })).toEqual([`PASSWORD_FILE: ${empty} is empty`])
})

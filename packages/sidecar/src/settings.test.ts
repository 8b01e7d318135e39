import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { port, readSettings, SettingsError, type SettingsSpec, seconds } from './settings.js'

const shape = {
  HOST: z._default(z.string(), '127.0.0.1'),
  PORT: z._default(port(), 5432),
  WAIT: z._default(seconds(0, 60), 2),
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

function problems(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(spec, env)
  } catch (error) {
    if (error instanceof SettingsError) return error.problems
    throw error
  }
  return []
}

test('what is not set, or empty, has its default', () => {
  expect(readSettings(spec, { PASSWORD: 'secret', HOST: '' })).toEqual({
    HOST: '127.0.0.1',
    PORT: 5432,
    WAIT: 2,
    PASSWORD: 'secret',
  })
})

test('numbers are numbers', () => {
  expect(readSettings(spec, { PASSWORD: 'secret', PORT: '15432', WAIT: '0.5' })).toMatchObject({
    PORT: 15_432,
    WAIT: 0.5,
  })
})

test('a secret may come from a file, without the newline at its end', () => {
  expect(readSettings(spec, { PASSWORD_FILE: join(folder, 'password') }).PASSWORD).toBe('from file ')
})

test('all problems are named at once', () => {
  expect(problems({ PORT: 'http', WAIT: '61' })).toEqual([
    'PORT is "http", not a port from 1 to 65535',
    'WAIT is "61", not seconds from 0 to 60',
    'PASSWORD is missing: set PASSWORD or PASSWORD_FILE',
  ])
})

test.each(['0', '65536', '-1', '80.5', '0x50', ' 80', 'tcp://10.43.0.1:80'])('%s is no port', value => {
  expect(problems({ PASSWORD: 'secret', PORT: value })).toEqual([
    `PORT is ${JSON.stringify(value)}, not a port from 1 to 65535`,
  ])
})

test('a secret in two places is a problem, as the two may differ', () => {
  const env = { PASSWORD: 'secret', PASSWORD_FILE: join(folder, 'password') }
  expect(problems(env)).toEqual(['PASSWORD and PASSWORD_FILE are both set: keep one'])
})

test('a file that is missing or empty is named, and nothing else is said of that setting', () => {
  const missing = join(folder, 'missing')
  const empty = join(folder, 'empty')
  expect(problems({ PASSWORD_FILE: missing })).toEqual([
    `PASSWORD_FILE is "${missing}": ENOENT: no such file or directory, open '${missing}'`,
  ])
  expect(problems({ PASSWORD_FILE: empty })).toEqual([`PASSWORD_FILE is "${empty}": that file is empty`])
})

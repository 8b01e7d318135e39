import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createPostgres, type Postgres, until } from '@bluecore/sidecar/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

/** What Misskey's pods run, in Misskey's image, between `setup wait` and the start. */
const chart = join(import.meta.dirname, '../../../charts/umbrella/charts/misskey')
const script = readFileSync(join(chart, 'files/wait-for-migrations.sh'), 'utf8')
const image = 'bluecore/misskey:12.119.2'
const migrate = ['node', 'node_modules/typeorm/cli.js', 'migration:run', '-d', 'ormconfig.js']

let server: Postgres
let folder: string
beforeAll(async () => {
  server = await createPostgres()
  folder = mkdtempSync(join(tmpdir(), 'setup-migrations-'))
  const db = { host: '127.0.0.1', port: server.port, db: 'misskey', user: 'postgres', pass: server.password }
  const redis = { host: '127.0.0.1', port: 1, pass: '' }
  writeFileSync(
    join(folder, 'default.yml'),
    JSON.stringify({ url: 'https://misskey.example', id: 'aid', db, redis }),
  )
  chmodSync(folder, 0o755)
})
afterAll(async () => {
  await server?.remove()
  if (folder) rmSync(folder, { recursive: true })
})

async function docker(...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('docker', args)
  return `${stdout}${stderr}`.trim()
}

/** A container as the chart has it: read-only, without rights. Here it shares the machine's network. */
async function container(...command: string[]) {
  const rights = [
    '--read-only',
    '--tmpfs',
    '/tmp',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
  ]
  const config = `${folder}:/misskey/.config:ro`
  const id = await docker(
    'run',
    '--detach',
    '--network',
    'host',
    ...rights,
    '--volume',
    config,
    image,
    ...command,
  )
  onTestFinished(async () => {
    await docker('rm', '--force', id)
  })
  return {
    says: (text: string) =>
      until(`it said "${text}"`, async () => (await docker('logs', id)).includes(text), 60_000, 500),
    signal: (name: string) => docker('kill', '--signal', name, id),
    exitCode: async () => Number(await docker('wait', id)),
  }
}

test('waits while the database is away and while migrations are left, and ends when all are done', async () => {
  const waiting = await container('sh', '-uc', script)
  await waiting.says('waiting for the migrations, but cannot see them: Error: connect ECONNREFUSED 127.0.0.1')

  await server.start()
  await waiting.says('waiting for the Job of the migrations: ')
  expect(await (await container(...migrate)).exitCode()).toBe(0)
  await waiting.says('migrations are done')
  expect(await waiting.exitCode()).toBe(0)
})

test('a pod that is deleted while it waits ends soon', async () => {
  await server.kill()
  const waiting = await container('sh', '-uc', script)
  await waiting.says('cannot see them')
  const asked = performance.now()
  await waiting.signal('SIGTERM')
  expect(await waiting.exitCode()).toBe(143)
  expect(performance.now() - asked).toBeLessThan(15_000)
})

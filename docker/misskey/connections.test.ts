import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createPostgres, createRedis, until } from '@bluecore/sidecar/testing'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { node16 } from './testing/sample.js'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const script = path('../../charts/umbrella/charts/misskey/files/connections.cjs')
const uses = ['transactions', 'command', 'publish', 'event', 'add', 'job']

/** More than can be on their way at any moment. */
const some = 5
const startMs = 60_000
const backWithinMs = 20_000

let postgres: Awaited<ReturnType<typeof createPostgres>>
let redis: Awaited<ReturnType<typeof createRedis>>

beforeAll(async () => {
  postgres = await createPostgres()
  redis = await createRedis()
  await Promise.all([postgres.start(), redis.start()])
  return async () => void (await Promise.all([postgres.remove(), redis.remove()]))
})

/** Killed at the end of the test. */
function start(command: string, args: string[], env = process.env) {
  const child = spawn(command, args, { env })
  const end = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await end
  })
  return child
}

/** A way to the servers, by their usual ports, whose open connections can be lost. */
async function startRelay() {
  const ports = [`5432=${postgres.port}`, `6379=${redis.port}`]
  const { stdin, stdout } = start('python3', [path('testing/lossy-relay.py'), ...ports])
  const lines = createInterface(stdout)
  const [host] = await once(lines, 'line')
  return {
    host: String(host),
    /** @returns how many were lost */
    async lose(): Promise<number> {
      stdin.write('\n')
      return Number((await once(lines, 'line'))[0])
    },
  }
}

// The image's Node.js, and the oldest one that runs our own commands. The pools lose their connections, and the resolver with them.
test.each([
  ['16', node16],
  ['20 or later', process.execPath],
])('on Node.js %s, the pools of Misskey use new connections within 20 s of losing all', async (_, node) => {
  const { host, lose } = await startRelay()
  const preloaded = [path('testing/resolver.cjs'), script].flatMap(file => ['--require', file])
  const pools = start(
    node,
    [...preloaded, path('testing/misskey-pools.mjs'), 'servers.test', postgres.password],
    { ...process.env, ADDRESS: host },
  )
  const worked = new Map<string, number>()
  let errors = ''
  createInterface(pools.stdout).on('line', use => worked.set(use, (worked.get(use) ?? 0) + 1))
  pools.stderr.on('data', chunk => {
    errors += chunk
  })
  const allWork = () => {
    expect(pools.exitCode, errors).toBeNull()
    return uses.every(use => (worked.get(use) ?? 0) >= some)
  }
  const working = async (limitMs: number) => {
    worked.clear()
    return await until('every use had worked', allWork, limitMs).catch(error => {
      throw new Error(`${error.message}: ${JSON.stringify(Object.fromEntries(worked))}\n${errors}`)
    })
  }

  await working(startMs)
  expect(errors).toBe('')
  pools.kill('SIGUSR2')
  expect(await lose()).toBeGreaterThanOrEqual(15) // ten of the database, five of Redis
  const tookMs = await working(backWithinMs)
  console.log(`every pool worked again after ${Math.round(tookMs)} ms`)
})

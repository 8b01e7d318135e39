import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundleTestApp, runSidecarToEnd, type Sidecar, startSidecar, until } from '../testing/index.js'
import { hasEnded, killIfThere } from '../testing/processes.js'

const app = new URL('./storage/', import.meta.url)
const timeout = 90_000

/** A run begins every 5 s when all is well, every 3 s otherwise, and has 2.5 s. */
const seenMs = 15_000

beforeAll(() => bundleTestApp(app))

let volume: string
let sidecar: Sidecar
beforeEach(() => {
  volume = mkdtempSync(join(tmpdir(), 'storage-'))
})
afterEach(async () => {
  await sidecar?.remove()
  rmSync(volume, { recursive: true })
})

/** Starts it; returns the number of its canary's process once that has been asked. */
async function begin(): Promise<number> {
  sidecar = await startSidecar(app, { HEALTH_STORAGE_PATH: join(volume, 'health'), SECRET: 'of the sidecar' })
  await sidecar.untilClass('storage', 'up', seenMs)
  const [canary] = sidecar.children()
  if (!canary) throw new Error('there is no canary')
  return canary
}

test('the canary is one process, with no secret and no folder of its own, and its numbers are in the metrics', {
  timeout,
}, async () => {
  const canary = await begin()
  expect(sidecar.children()).toEqual([canary])
  expect(readFileSync(`/proc/${canary}/environ`, 'utf8')).toBe('')
  expect(readlinkSync(`/proc/${canary}/cwd`)).toBe('/')
  const { body } = await sidecar.get('/metrics')
  expect(body).toMatch(/^bluecore_storage_free_bytes \d+$/m)
  expect(body).toContain('bluecore_check_step_duration_seconds_count{check="storage",step="fsync"} 1')
})

test('a canary that hangs is left alone; when it dies the next run starts another one', {
  timeout,
}, async () => {
  const canary = await begin()
  process.kill(canary, 'SIGSTOP')
  await sidecar.untilClass('storage', 'storage-hung', seenMs)
  expect((await sidecar.get('/readyz')).body).toContain('storage is storage-hung: no response within 2500 ms')
  const owed = async () => (await sidecar.get('/readyz')).body.includes('the volume has not responded for')
  await until('it was not asked again', owed, seenMs)
  expect(sidecar.children()).toEqual([canary])
  expect(await sidecar.get('/livez')).toMatchObject({ status: 200 })

  process.kill(canary, 'SIGKILL')
  await sidecar.untilClass('storage', 'up', seenMs)
  expect(sidecar.children()).toHaveLength(1)
  expect(sidecar.children()).not.toContain(canary)
})

test('a canary that dies between two runs is replaced without a failure', { timeout }, async () => {
  const canary = await begin()
  process.kill(canary, 'SIGKILL')
  const another = () => sidecar.children().some(pid => pid !== canary)
  await until('there was another canary', another, seenMs)
  await until('it was asked', async () => (await metric('bluecore_check_runs_total')) >= 2, seenMs)
  expect(sidecar.log().filter(line => line.msg === 'failing')).toEqual([])
})

test('on SIGTERM it ends by itself, whether the canary answers or not', { timeout }, async () => {
  for (const stopped of [false, true]) {
    const canary = await begin()
    try {
      if (stopped) {
        process.kill(canary, 'SIGSTOP')
        await sidecar.untilClass('storage', 'storage-hung', seenMs)
      }
      const asked = performance.now()
      sidecar.signal('SIGTERM')
      expect(await sidecar.exit).toMatchObject({ code: 0, signal: null })
      expect(performance.now() - asked).toBeLessThan(5_000)
    } finally {
      killIfThere(canary, 'SIGCONT')
    }
    await until('the canary had ended', () => hasEnded(canary), 5_000)
    await sidecar.remove()
  }
})

test('killed, it leaves no canary', { timeout }, async () => {
  const canary = await begin()
  sidecar.signal('SIGKILL')
  await until('the canary had ended', () => hasEnded(canary), 5_000)
})

test.each([
  ['missing/health', 'mkdir', 'ENOENT: the parent folder does not exist: is the volume mounted there?'],
  ['file', 'open', 'ENOTDIR: a file is in the place of a folder: move it away'],
])(
  'the path %s is reported with its class, and the sidecar keeps running',
  { timeout },
  async (path, call, message) => {
    writeFileSync(join(volume, 'file'), 'of somebody')
    const folder = join(volume, path)
    sidecar = await startSidecar(app, { HEALTH_STORAGE_PATH: folder })
    await sidecar.untilClass('storage', 'persistence', seenMs)
    expect(await sidecar.get('/readyz')).toMatchObject({
      status: 200,
      body: `warn: storage is persistence: ${call} in ${folder} failed with ${message}\n`,
    })
    expect(await sidecar.get('/livez')).toMatchObject({ status: 200 })
    expect(readFileSync(join(volume, 'file'), 'utf8')).toBe('of somebody')
  },
)

test('where clients have another instance, a volume that cannot be written makes it not ready', {
  timeout,
}, async () => {
  const settings = { HEALTH_STORAGE_PATH: join(volume, 'missing/health'), HEALTH_READINESS: 'strict' }
  sidecar = await startSidecar(app, settings)
  await sidecar.untilClass('storage', 'persistence', seenMs)
  expect(await sidecar.get('/readyz')).toMatchObject({ status: 503 })
})

test('a path that is not absolute is refused', { timeout }, async () => {
  expect(await runSidecarToEnd(app, { HEALTH_STORAGE_PATH: 'health' })).toMatchObject({
    code: 2,
    stderr: 'storage-health cannot start:\n  HEALTH_STORAGE_PATH must be an absolute path, not "health"\n',
  })
})

/** The sum of a counter. */
async function metric(name: string): Promise<number> {
  const { body } = await sidecar.get('/metrics')
  const values = [...body.matchAll(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'gm'))].map(([, value]) =>
    Number(value),
  )
  return values.reduce((sum, value) => sum + value, 0)
}

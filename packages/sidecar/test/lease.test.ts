import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { bundleTestApp, runSidecarToEnd, type Sidecar, startSidecar, until } from '../testing/index.js'

const app = new URL('./storage/', import.meta.url)
const timeout = 90_000
const limitMs = 20_000
/** Of packages/lease/src/timings.ts: what a candidate waits for, and how long a lease lasts. */
const [windowMs, leaseMs, silenceMs] = [25_000, 15_000, 8_000]

beforeAll(() => bundleTestApp(app))

let folder: string
let sidecars: Sidecar[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lease-'))
  mkdirSync(join(folder, 'volume'))
  sidecars = []
})
afterEach(async () => {
  await Promise.all(sidecars.map(sidecar => sidecar.remove()))
  rmSync(folder, { recursive: true })
})

const permits = (pod: string) => join(folder, pod)
const settings = (pod: string, owner = 'ours') => ({
  LEASE_FOLDER: join(folder, 'volume/.bluecore-lease'),
  LEASE_PERMITS: permits(pod),
  LEASE_OWNER_ID: owner,
  LEASE_OWNER_NAME: `the release of ${owner}`,
  LEASE_HOLDER: `${pod} on worker1`,
  LEASE_MEMBER: 'dbserver',
})

async function start(pod: string, owner?: string, more = {}): Promise<Sidecar> {
  mkdirSync(permits(pod), { recursive: true })
  const sidecar = await startSidecar(app, { ...settings(pod, owner), ...more })
  sidecars.push(sidecar)
  return sidecar
}

function permit(pod: string): { epoch: number; leftMs: number } {
  const [epoch = 0, deadline = 0] = readFileSync(join(permits(pod), 'permit'), 'utf8')
    .split(' ')
    .map(Number)
  const uptime = Number.parseFloat(readFileSync('/proc/uptime', 'utf8'))
  return { epoch, leftMs: deadline * 10 - uptime * 1000 }
}

const readyz = async (sidecar: Sidecar) => (await sidecar.get('/readyz')).body

test('the first pod may write at once, and for as long as it renews', { timeout }, async () => {
  const one = await start('one')
  await one.untilClass('lease', 'up', limitMs)
  expect(permit('one').epoch).toBe(1)
  expect(permit('one').leftMs).toBeGreaterThan(leaseMs - 5_000)
  expect(permit('one').leftMs).toBeLessThanOrEqual(leaseMs)
  const first = permit('one').leftMs
  await until('it was renewed', () => permit('one').leftMs > first, limitMs)
  expect(one.children()).toHaveLength(1) // one process touches the volume
  const { body } = await one.get('/metrics')
  expect(body).toMatch(/^bluecore_lease_held 1$/m)
  expect(body).toMatch(/^bluecore_lease_epoch 1$/m)
  expect(body).toMatch(/^bluecore_lease_age_seconds [\d.]+$/m)
})

test('another pod is not ready, and takes over when the first one is silent', { timeout }, async () => {
  const one = await start('one')
  await one.untilClass('lease', 'up', limitMs)
  const two = await start('two')
  await two.untilClass('lease', 'no-lease', limitMs)
  const waits = 'waiting until the holder of epoch 1 releases it or falls silent'
  await until('it says what it waits for', async () => (await readyz(two)).includes(waits), limitMs)
  expect(await two.get('/livez')).toMatchObject({ status: 200 })
  expect(readdirSync(permits('two'))).not.toContain('permit')

  one.signal('SIGKILL')
  const killed = performance.now()
  await two.untilClass('lease', 'up', windowMs + limitMs)
  expect(performance.now() - killed).toBeGreaterThan(windowMs - 2_500) // it had seen the last heartbeat before
  expect(permit('two').epoch).toBe(2)
})

test('a pod that is stopped after its server has ended leaves the lease to the next one', {
  timeout,
}, async () => {
  const one = await start('one')
  await one.untilClass('lease', 'up', limitMs)
  const two = await start('two')
  await two.untilClass('lease', 'no-lease', limitMs)
  writeFileSync(join(permits('one'), 'ended'), '1\n')
  one.signal('SIGTERM')
  expect(await two.untilClass('lease', 'up', limitMs)).toBeLessThan(windowMs / 2)
  expect(permit('one').leftMs).toBeLessThan(0)
  expect(await one.exit).toMatchObject({ code: 0 })
})

test('a pod of another member is a standby: ready, without a server, and takes over', {
  timeout,
}, async () => {
  const one = await start('one')
  await one.untilClass('lease', 'up', limitMs)
  const two = await start('two', 'ours', { LEASE_MEMBER: 'dbserver-2' })
  await two.untilClass('lease', 'up', limitMs)
  for (const path of ['/startupz', '/readyz', '/livez'])
    expect(await two.get(path)).toMatchObject({ status: 200, body: 'pass: standby of one on worker1\n' })
  expect((await two.get('/metrics')).body).toMatch(/^bluecore_lease_standby 1$/m)
  expect(readdirSync(permits('two'))).not.toContain('permit')
  one.signal('SIGKILL')
  await two.untilClass('lease', 'no-lease', limitMs) // nobody is the holder: this pod is not ready either
  await two.untilClass('lease', 'up', windowMs + limitMs)
  expect(permit('two').epoch).toBe(2)
})

test('where the site has a fence, the node of a silent holder is fenced and not waited for', {
  timeout,
}, async () => {
  const asked: unknown[] = []
  const site = createServer(async (request, response) => {
    asked.push([request.method, request.headers.authorization, JSON.parse(await text(request))])
    response.writeHead(asked.length === 1 ? 503 : 204).end(asked.length === 1 ? 'busy' : undefined)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void site.close())
  await until('the fence listens', () => site.listening, limitMs)
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  const fence = { LEASE_FENCE_URL: url, LEASE_FENCE_TOKEN: 'the token' }

  const one = await start('one', 'ours', { LEASE_ADDRESS: '192.0.2.11' })
  await one.untilClass('lease', 'up', limitMs)
  const two = await start('two', 'ours', {
    ...fence,
    LEASE_ADDRESS: '192.0.2.12',
    LEASE_MEMBER: 'dbserver-2',
  })
  await two.untilClass('lease', 'up', limitMs)
  one.signal('SIGKILL')
  const killed = performance.now()
  await until('it holds the lease', () => readdirSync(permits('two')).includes('permit'), limitMs)
  const tookMs = performance.now() - killed
  expect(tookMs).toBeGreaterThan(silenceMs - 2_500)
  expect(tookMs).toBeLessThan(windowMs - 2_500)
  expect(permit('two').epoch).toBe(2)
  const request = [
    'POST',
    'Bearer the token',
    { address: '192.0.2.11', holder: 'one on worker1', seconds: 50 },
  ]
  expect(asked).toEqual([request, request])
  expect(JSON.stringify(two.log())).toContain(`the fence at ${url} refused to fence 192.0.2.11: 503 busy`)
  expect(JSON.stringify(two.log())).not.toContain('the token')
})

test('the pod that replaces a holder that still renews is given the lease in order', {
  timeout,
}, async () => {
  const one = await start('one')
  await one.untilClass('lease', 'up', limitMs)
  const two = await start('two')
  const yields = () => readFileSync(join(permits('one'), 'permit'), 'utf8').endsWith(' 1\n')
  await until('the first one is to stop its server', yields, limitMs)
  expect(permit('one').leftMs).toBeGreaterThan(0)
  writeFileSync(join(permits('one'), 'ended'), '1\n')
  expect(await two.untilClass('lease', 'up', limitMs)).toBeLessThan(windowMs / 2)
  expect(permit('two').epoch).toBe(2)
  expect(permit('one').leftMs).toBeLessThan(0)
})

test('a sidecar that is started again goes on with the lease of its pod', { timeout }, async () => {
  const one = await start('one')
  await one.untilClass('lease', 'up', limitMs)
  one.signal('SIGKILL')
  await one.exit
  const again = await start('one')
  expect(await again.untilClass('lease', 'up', limitMs)).toBeLessThan(leaseMs)
  expect(permit('one')).toMatchObject({ epoch: 1 })
})

test('a sidecar that comes back after its lease has ended takes the next epoch', { timeout }, async () => {
  const one = await start('one')
  await one.untilClass('lease', 'up', limitMs)
  one.signal('SIGKILL')
  await one.exit
  await until('the lease has ended', () => permit('one').leftMs < 0, limitMs)
  const again = await start('one')
  expect(await again.untilClass('lease', 'up', limitMs)).toBeLessThan(windowMs / 2)
  expect(permit('one')).toMatchObject({ epoch: 2 })
})

test('the volume of another release is refused in words, and may be taken over on purpose', {
  timeout,
}, async () => {
  const theirs = await start('one', 'theirs')
  await theirs.untilClass('lease', 'up', limitMs)
  const ours = await start('two', 'ours')
  await ours.untilClass('lease', 'no-lease', limitMs)
  await until('it was refused', async () => (await readyz(ours)).includes('belongs to'), limitMs)
  expect(await readyz(ours)).toContain(
    'the volume belongs to the release of theirs (theirs), not to the release of ours: use another folder, or set ' +
      'global.lease.takeOverFrom to that id',
  )
  await ours.remove()
  writeFileSync(join(permits('one'), 'ended'), '1\n')
  theirs.signal('SIGTERM')
  await theirs.exit
  const taken = await start('three', 'ours', { LEASE_TAKE_OVER_FROM: 'theirs' })
  await taken.untilClass('lease', 'up', limitMs)
  expect(permit('three').epoch).toBe(2)
})

test('settings that are missing are all named', { timeout }, async () => {
  const { LEASE_FOLDER } = settings('one')
  const LEASE_FENCE_URL = 'http://192.0.2.5:8044'
  const { code, stderr } = await runSidecarToEnd(app, {
    LEASE_FOLDER,
    LEASE_PROFILE: 'default',
    LEASE_FENCE_URL,
  })
  expect(code).toBe(2)
  expect(stderr).toContain('LEASE_OWNER_ID is not set, but LEASE_FOLDER is')
  expect(stderr).toContain('LEASE_OWNER_NAME is not set, but LEASE_FOLDER is')
  expect(stderr).toContain(
    'neither LEASE_FENCE_TOKEN nor LEASE_FENCE_TOKEN_FILE is set, but LEASE_FENCE_URL is',
  )
})

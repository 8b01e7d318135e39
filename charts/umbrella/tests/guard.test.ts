import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { treeOf, until } from '@bluecore/sidecar/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

const script = fileURLToPath(new URL('../files/guard.sh', import.meta.url))
const limitMs = 20_000

/** Has a descendant that nobody waits for, and notes when it is ready for a signal and when it is stopped in order. */
const server = `
trap 'echo stopped >> "$LEASE/log"; exit 3' INT
(setsid sleep 1000 &)
echo started >> "$LEASE/log"
while :; do read -rt 0.05 <> <(:); done`

let lease: string
let guard: ChildProcess
let stderr: string
beforeEach(() => {
  lease = mkdtempSync(join(tmpdir(), 'guard-'))
})
afterEach(() => {
  guard.kill('SIGKILL')
  rmSync(lease, { recursive: true })
})

/** As a container runs it: process 1 of a PID namespace of its own. */
function start(command = ['bash', '-c', server]) {
  const unshare = ['--pid', '--fork', '--mount-proc', '--kill-child', 'bash', script, 'INT', ...command]
  guard = spawn('unshare', unshare, {
    env: { ...process.env, LEASE: lease },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  stderr = ''
  guard.stderr?.on('data', text => {
    stderr += text
  })
}

const uptimeMs = () => Number.parseFloat(readFileSync('/proc/uptime', 'utf8')) * 1000
/** @param ms from now */
function permit(epoch: number, ms: number, taken = 0, yielding = 0) {
  const deadline = Math.floor((uptimeMs() + ms) / 10)
  writeFileSync(join(lease, 'permit'), `${epoch} ${deadline} ${taken} ${yielding}\n`)
}
const log = () => (existsSync(join(lease, 'log')) ? readFileSync(join(lease, 'log'), 'utf8').split('\n') : [])
const starts = () => log().filter(line => line === 'started').length
const hasStarted = (times: number) => until(`starts: ${times}`, async () => starts() === times, limitMs)
const ended = () => readFileSync(join(lease, 'ended'), 'utf8')
/** The guard and what it runs; unshare is above it. */
const processes = () => treeOf(guard.pid ?? 0).slice(1)
const tell = (signal: NodeJS.Signals) => process.kill(processes()[0] ?? 0, signal)
const exit = async () => (await once(guard, 'exit'))[0]

test('the server starts when there is a lease, and not before', async () => {
  start()
  await until('it waits', async () => stderr.includes('waiting for the lease'), limitMs)
  permit(1, -1_000)
  await until('it has looked', async () => processes().length === 1, limitMs)
  expect(starts()).toBe(0)
  permit(1, 60_000)
  await hasStarted(1)
})

test('at the end of the lease all processes die at once, none in order; under the next epoch it starts again', async () => {
  permit(1, 60_000)
  start()
  await hasStarted(1)
  permit(1, 300)
  const deadline = uptimeMs() + 300
  await until('all are dead', async () => processes().length === 1, limitMs)
  expect(uptimeMs() - deadline).toBeLessThan(1_000) // kill, in packages/lease/src/timings.ts
  permit(2, 60_000)
  await hasStarted(2)
  expect(log()).not.toContain('stopped')
  expect(stderr).toContain('the lease of epoch 1 has ended: killing the server')
})

test.each([
  ['revoked', () => writeFileSync(join(lease, 'permit'), '0 0 0\n')],
  ['removed', () => rmSync(join(lease, 'permit'))],
  ['that of another epoch', () => permit(2, 60_000)],
])('a server whose permit is %s is killed', async (_, change) => {
  permit(1, 60_000)
  start()
  await hasStarted(1)
  change()
  await until('it was killed', async () => stderr.includes('killing the server'), limitMs)
  expect(log()).not.toContain('stopped')
})

test('asked to stop, it stops the server in order under the lease, and says when nothing of it is left', async () => {
  permit(7, 60_000)
  start()
  await hasStarted(1)
  expect(ended()).toBe('')
  tell('SIGTERM')
  expect(await exit()).toBe(3)
  expect(log()).toContain('stopped')
  expect(ended()).toBe('7\n')
})

test('asked to stop without a lease, it ends, and stops nothing in order', async () => {
  permit(1, 60_000)
  start()
  await hasStarted(1)
  writeFileSync(join(lease, 'permit'), '0 0 0\n')
  tell('SIGTERM')
  expect(await exit()).toBe(0)
  expect(log()).not.toContain('stopped')
  expect(ended()).toBe('')
})

test('when the lease goes to another pod, the server is stopped in order, and starts again under a later epoch only', async () => {
  permit(7, 60_000)
  start()
  await hasStarted(1)
  permit(7, 60_000, 0, 1)
  await until('nothing of it is left', async () => ended() === '7\n', limitMs)
  expect(log()).toContain('stopped')
  permit(7, 60_000, 0, 1) // renewed until it is released
  await until('it waits again', async () => stderr.split('waiting for the lease').length === 3, limitMs)
  expect([starts(), guard.exitCode]).toEqual([1, null])
  permit(9, 60_000)
  await hasStarted(2)
})

test('a guard that is started while the lease goes to another pod says that nothing runs', async () => {
  permit(7, 60_000, 0, 1)
  start()
  await until('it says so', async () => existsSync(join(lease, 'ended')) && ended() === '7\n', limitMs)
  expect(starts()).toBe(0)
})

test('a server that ends by itself ends the container with its status', async () => {
  permit(1, 60_000)
  start(['bash', '-c', 'exit 9'])
  expect(await exit()).toBe(9)
  expect(ended()).toBe('1\n')
})

test('what it runs is told in which epoch the volume was taken from a silent holder', async () => {
  permit(5, 60_000, 4)
  start(['bash', '-c', 'exit $LEASE_TAKEN'])
  expect(await exit()).toBe(4)
})

test('it refuses to run where it could kill the processes of others', async () => {
  guard = spawn('bash', [script, 'INT', 'true'], { env: { ...process.env, LEASE: lease } })
  expect(await exit()).toBe(2)
})

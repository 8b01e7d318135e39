import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { workspaceRoot } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Takes the lab's lock, then runs a command with a child of its own, like `npm start` does. */
const program = `
import { run, StoppedError } from '@bluecore/lab'
import { withLabLock } from '../src/lab-lock.js'
import { stopOnSignals } from '../src/signals.js'
stopOnSignals()
try {
  await withLabLock(() => run('sh', ['-c', 'sleep 600 & echo $!; wait'], { onLine: console.log }))
} catch (error) {
  if (!(error instanceof StoppedError)) throw error
}
`
const app = join(workspaceRoot(), 'apps/bluecore')
const name = `signals-test-${process.pid}`
let state: string
beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'bluecore-signals-'))
  mkdirSync(join(app, 'dist'), { recursive: true })
  writeFileSync(join(app, 'dist', `${name}.ts`), program)
  execFileSync(join(app, 'node_modules/.bin/bundle'), [`dist/${name}.ts`], { cwd: app })
}, 60_000)
afterAll(() => {
  rmSync(state, { recursive: true })
  for (const ending of ['.ts', '.mjs', '.mjs.LEGAL.txt'])
    rmSync(join(app, 'dist', name + ending), { force: true })
})

const start = () =>
  spawn(process.execPath, [join(app, 'dist', `${name}.mjs`)], {
    env: { ...process.env, XDG_STATE_HOME: state },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** Sends a signal. @returns exit code and time until the exit in ms */
async function stop(child: ChildProcess, signal: NodeJS.Signals) {
  const exit = once(child, 'exit')
  const sent = performance.now()
  child.kill(signal)
  const [code] = await exit
  return { code, ms: performance.now() - sent }
}

/** Whether a process runs: one that ended, but that its parent has not waited for, has no command line any more. */
const runs = (pid: string) =>
  existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''

const lockIsFree = () =>
  spawnSync('flock', ['--nonblock', join(state, 'bluecore/lab.lock'), 'true']).status === 0

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)(
  '%s ends the command and its children, and releases the lock, within seconds',
  async (signal, code) => {
    const child = start()
    const grandchild = String((await once(child.stdout, 'data'))[0]).trim()
    expect(lockIsFree()).toBe(false)
    expect(runs(grandchild)).toBe(true)
    const { code: seen, ms } = await stop(child, signal)
    expect(seen).toBe(code)
    expect(ms).toBeLessThan(5_000)
    expect(lockIsFree()).toBe(true)
    expect(runs(grandchild)).toBe(false)
  },
)

test('a command that waits for the lock ends too', async () => {
  const first = start()
  await once(first.stdout, 'data')
  const second = start()
  expect(String((await once(second.stderr, 'data'))[0])).toContain('waiting for it to end')
  expect(await stop(second, 'SIGTERM')).toMatchObject({ code: 143 })
  await stop(first, 'SIGTERM')
})

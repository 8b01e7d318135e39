import { once } from 'node:events'
import { beforeAll, expect, test } from 'vitest'
import { binary, buildMs, greeting, start } from '../testing/launcher.js'

beforeAll(async () => {
  await binary()
}, buildMs)

test('a chart whose tests pass: exit code 0, without any helm', async () => {
  const { exitCode, stdout, stderr } = await start([await greeting()], { PATH: '' })
  expect(stdout).toContain('Tests:       2 passed, 2 total')
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
})

test('a chart whose test fails: exit code 1, and the difference', async () => {
  const { exitCode, stdout } = await start(['-f', 'broken/*_test.yaml', await greeting()])
  expect(stdout).toContain('says goodbye')
  expect(stdout).toContain('Tests:       1 failed, 0 passed, 1 total')
  expect(exitCode).toBe(1)
})

test('--help is that of the binary', async () => {
  const { exitCode, stdout } = await start(['--help'])
  expect(stdout).toContain('--update-snapshot')
  expect(exitCode).toBe(0)
})

test('every exit code passes through', async () => {
  const { exitCode } = await start(['-c', 'exit 7'], { HELM_UNITTEST_BIN: '/bin/sh' })
  expect(exitCode).toBe(7)
})

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s is forwarded, and ends the launcher too',
  async signal => {
    const child = start(['-c', 'echo up; exec sleep 60'], { HELM_UNITTEST_BIN: '/bin/sh' })
    await once(child.stdout, 'data')
    child.kill(signal)
    expect((await child).signal).toBe(signal)
  },
)

test('a program that handles a signal chooses the exit code', async () => {
  const script = 'trap "exit 5" TERM; echo up; while :; do sleep 0.1; done'
  const child = start(['-c', script], { HELM_UNITTEST_BIN: '/bin/sh' })
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  expect((await child).exitCode).toBe(5)
})

test('a missing binary: its path, and 127', async () => {
  const { exitCode, stderr } = await start([await greeting()], { HELM_UNITTEST_BIN: '/nowhere/untt' })
  expect(stderr).toBe('helm-unittest: /nowhere/untt cannot be started: spawn /nowhere/untt ENOENT')
  expect(exitCode).toBe(127)
})

test('HELM_UNITTEST_BIN that names the launcher is an error, not a loop', async () => {
  const launcher = new URL('../bin/helm-unittest.mjs', import.meta.url).pathname
  const { exitCode, stderr } = await start([await greeting()], { HELM_UNITTEST_BIN: launcher })
  expect(stderr).toContain(`HELM_UNITTEST_BIN=${launcher} starts this launcher again`)
  expect(exitCode).toBe(127)
})

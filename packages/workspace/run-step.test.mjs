import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { countGo } from './count.mjs'
import { root } from './install.mjs'
import { runStep } from './run-step.mjs'

const script = join(tmpdir(), `bluecore-step-${process.pid}.mjs`)
afterEach(() => rmSync(script, { force: true }))

/**
 * @param {string} source
 * @param {Partial<import('./run-step.mjs').Step>} [more]
 */
function run(source, more) {
  writeFileSync(script, source)
  return runStep({ name: 'made', command: `node ${script}`, ...more }, { echo: false })
}

test('a step keeps what it printed on both streams', async () => {
  const outcome = await run("console.log('one'); console.error('two')")
  expect(outcome).toMatchObject({ ok: true, count: undefined })
  expect(outcome.shown.split('\n').sort()).toEqual(['', 'one', 'two'])
})

test.each([
  ['a failing exit code', 'process.exitCode = 3', {}],
  ['a signal', "process.kill(process.pid, 'SIGKILL')", {}],
  ['a word from a silent step', "console.log('main.go')", { silent: true }],
  ['a program that is not there', '', { command: 'no-such-program-of-bluecore' }],
])('%s is a failed step', async (_, source, more) => expect((await run(source, more)).ok).toBe(false))

test('a runner that ends before its report counts nothing, not what the last run left', async () => {
  const report = 'packages/workspace/dist/reports/made.json'
  mkdirSync(join(root, dirname(report)), { recursive: true })
  writeFileSync(join(root, report), '{"Action":"pass","Test":"TestOld"}')
  const outcome = await run('process.exit(1)', { report, count: countGo })
  expect(outcome).toMatchObject({ ok: false, count: undefined })
})

test('a process that a step leaves behind with its streams does not hold it up', async () => {
  const left = "spawn('sleep', ['20'], { stdio: 'inherit', detached: true }).unref()"
  const outcome = await run(`import { spawn } from 'node:child_process'; ${left}; console.log('done')`)
  expect(outcome).toMatchObject({ ok: true, shown: 'done\n' })
  expect(outcome.seconds).toBeLessThan(15)
})

// Runs turbo, the one task runner of the workspace, and says what came of each task.
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { constants, homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from './install.mjs'
import { machineVersions } from './machine.mjs'

/**
 * @typedef {object} Task
 * @property {string} id as in `@bluecore/setup#test:servers`; a root task is `//#unit`
 * @property {string} task as in `test:servers`
 * @property {string} folder of its package, from the root folder
 * @property {string[]} needs ids of tasks that must have succeeded before
 *
 * @typedef {object} Outcome
 * @property {boolean} ok
 * @property {boolean} cached replayed: it did not run, the result is that of an earlier run with the same inputs
 * @property {number} startedAt ms since the epoch
 * @property {number} seconds how long it ran; for a replayed one, how long it ran then
 * @property {string[]} output its last lines
 */

/** turbo and the machine are silent about a task that waits. */
const silentMs = 45_000

/** Lines of a task's output that its outcome keeps. */
const keptLines = 40

const bin = join(root, 'node_modules/.bin')
const cacheHome = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')

/** @returns {NodeJS.ProcessEnv} */
function environment() {
  return {
    ...process.env,
    PATH: [bin, process.env.PATH].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    // Outside the checkout, so that every clone on this machine finds the same results.
    TURBO_CACHE_DIR: process.env.TURBO_CACHE_DIR || join(cacheHome, 'bluecore/turbo'),
    MACHINE_VERSIONS: machineVersions(),
    ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
  }
}

/**
 * The tasks that turbo would run: those named and what they need.
 * @param {string[]} names `task` or `package#task`
 * @returns {Task[]}
 * @throws {Error} when turbo knows no such task
 */
export function planTasks(names) {
  const args = ['run', ...names, '--dry=json']
  const { status, stdout, stderr } = spawnSync(join(bin, 'turbo'), args, {
    cwd: root,
    env: environment(),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0)
    throw new Error(`turbo does not accept these tasks: ${names.join(', ')}\n${stderr || stdout}`)
  /** @type {{ taskId: string, task: string, directory: string, command: string, dependencies: string[] }[]} */
  const tasks = JSON.parse(stdout).tasks
  return tasks
    .filter(({ command }) => command !== '<NONEXISTENT>')
    .map(({ taskId, task, directory, dependencies }) => ({
      id: taskId,
      task,
      folder: directory,
      needs: dependencies,
    }))
}

/**
 * Runs tasks; one that fails stops only those that need it. Prints what turbo prints, and a line whenever that is
 * silent for 45 s. SIGINT and SIGTERM end turbo with its tasks, then this process.
 * @param {string[]} names
 * @param {string[]} options of `turbo run`
 * @returns {Promise<Map<string, Outcome>>} by task id; tasks that did not run are not in it
 */
export async function runTasks(names, options) {
  const runs = join(root, '.turbo/runs')
  rmSync(runs, { recursive: true, force: true }) // so that the oldest summary is this run's: tests run turbo, too
  const started = performance.now()
  const args = [
    'run',
    ...names,
    '--continue=dependencies-successful',
    '--log-order=stream',
    '--summarize',
    ...options,
  ]
  // In a process group of its own: the launcher of turbo in node_modules and turbo itself get the signals together.
  const child = spawn(join(bin, 'turbo'), args, {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const heartbeat = setInterval(
    () => console.log(`… still running (${((performance.now() - started) / 1000).toFixed()} s)`),
    silentMs,
  )
  /** @type {Map<string, string[]>} */
  const outputs = new Map()
  for (const [from, to] of /** @type {const} */ ([
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])) {
    from.on('data', chunk => {
      heartbeat.refresh()
      to.write(chunk)
    })
    createInterface(from).on('line', line => keep(outputs, line))
  }
  /** @type {NodeJS.Signals | undefined} */
  let interrupted
  /** @param {NodeJS.Signals} signal */
  const interrupt = signal => {
    interrupted = signal
    if (child.pid) process.kill(-child.pid, signal)
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  clearInterval(heartbeat)
  if (interrupted) process.exit(128 + constants.signals[interrupted])
  return readSummary(runs, outputs)
}

/**
 * @param {Map<string, string[]>} outputs last lines of each task, by its id
 * @param {string} line as turbo prints it: `PACKAGE:TASK: TEXT`
 */
export function keep(outputs, line) {
  const [, folder, task, text] = /^([^\s:]+):(\S+): (.*)$/.exec(line) ?? []
  if (!text?.trim()) return
  const id = `${folder}#${task}`
  outputs.set(id, [...(outputs.get(id) ?? []), text].slice(-keptLines))
}

/**
 * @param {string} folder that holds the summary of this run, and those of turbo's runs within it
 * @param {Map<string, string[]>} outputs
 * @returns {Map<string, Outcome>}
 */
function readSummary(folder, outputs) {
  const [oldest] = readdirSync(folder)
    .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    .sort((a, b) => a.execution.startTime - b.execution.startTime)
  return new Map(
    oldest.tasks
      .filter(/** @param {any} task */ ({ execution }) => execution)
      .map(
        /** @param {any} task */ ({ taskId, cache, execution }) => {
          const cached = cache.status === 'HIT'
          const ms = cached ? cache.timeSaved : execution.endTime - execution.startTime
          const { exitCode, startTime: startedAt } = execution
          const output = outputs.get(taskId) ?? []
          return [taskId, { ok: exitCode === 0, cached, startedAt, seconds: ms / 1000, output }]
        },
      ),
  )
}

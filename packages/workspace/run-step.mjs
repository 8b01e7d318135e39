// Runs one step of `npm run check` or `npm test`. Node's own modules only.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from './install.mjs'

/**
 * @typedef {import('./count.mjs').Count} Count
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {string} command program (also of node_modules/.bin) and arguments; no shell, runs in the root folder
 * @property {string} [mend] command that mends what it finds
 * @property {boolean} [vital] when it fails, no other step can run
 * @property {boolean} [silent] whatever it prints is a failure, as with gofmt -l
 * @property {string[]} [needs] names of steps that must have run before
 * @property {(line: string) => string | undefined} [show] what a person should see of a line that it prints
 * @property {string} [report] file in which it writes what ran, from the root folder
 * @property {(reported: string) => Count} [count] reads the report, or without one what it printed
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {boolean} ok
 * @property {number} seconds
 * @property {string} shown what it printed, as a person should see it
 * @property {Count | undefined} count undefined when it counts nothing, or ended before it could
 */

const quietMs = 45_000

const env = {
  ...process.env,
  PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
  ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
}

/** How long output may still come after a step has ended: what it left running may hold its streams open for ever. */
const drainMs = 2_000

/**
 * Runs a step to its end. A step that is silent for 45 s is named, so that nobody takes it for hung.
 * @param {Step} step
 * @param {{ echo: boolean }} options echo: show what it prints as it comes
 * @returns {Promise<Outcome>} never rejects: a program that cannot be started is a failed step
 */
export async function runStep(step, { echo }) {
  const started = performance.now()
  const elapsed = () => (performance.now() - started) / 1000
  if (step.report) rmSync(join(root, step.report), { force: true }) // the last run's numbers are not this one's
  const [program = '', ...args] = step.command.split(' ')
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const heartbeat = setInterval(
    () => console.log(`… ${step.name} is still running (${elapsed().toFixed()} s)`),
    quietMs,
  )
  /** @type {NodeJS.Signals | undefined} */
  let interrupted
  /** @param {NodeJS.Signals} signal */
  const interrupt = signal => {
    interrupted = signal
    child.kill(signal)
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)

  let printed = ''
  let shown = ''
  /** @param {string} line */
  const take = line => {
    printed += `${line}\n`
    const text = step.show ? step.show(line) : line
    if (text === undefined) return
    shown += `${text}\n`
    if (!echo) return
    console.log(text)
    heartbeat.refresh()
  }
  const streams = [child.stdout, child.stderr]
  for (const input of streams) createInterface({ input }).on('line', take)
  const status = await new Promise(resolve => {
    child.on('error', error => {
      take(`${program} could not be started: ${error.message}. Is it installed and on PATH?`)
      resolve(error)
    })
    child.on('close', (code, signal) => resolve(code ?? signal))
    child.on('exit', (code, signal) => setTimeout(resolve, drainMs, code ?? signal).unref())
  })
  for (const stream of streams) stream.destroy()
  clearInterval(heartbeat)
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  if (interrupted) process.exit(128 + constants.signals[interrupted])
  return {
    name: step.name,
    ok: status === 0 && !(step.silent && printed.trim()),
    seconds: elapsed(),
    shown,
    count: readCount(step, printed),
  }
}

/**
 * @param {Step} step
 * @param {string} printed
 */
function readCount({ count, report }, printed) {
  try {
    return count?.(report ? readFileSync(join(root, report), 'utf8') : printed)
  } catch {
    return undefined // a runner that was killed leaves no report, or half of one
  }
}

import { spawn } from 'node:child_process'
import { Interrupted } from './errors.mjs'

/** @type {NodeJS.Signals[]} */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs `work`, and meanwhile gives the signals that would end this process to `receive`.
 * @template T
 * @param {(signal: NodeJS.Signals) => void} receive
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function whileReceiving(receive, work) {
  for (const signal of forwarded) process.on(signal, receive)
  try {
    return await work()
  } finally {
    for (const signal of forwarded) process.off(signal, receive)
  }
}

/**
 * Runs `work` to its end even if this process receives a signal, so that it can clean up. A signal that comes while it
 * runs a program ends that program; one that comes in between ends nothing, so `work` calls `check` before each step.
 * @template T
 * @param {(check: () => void) => Promise<T>} work check throws Interrupted once a signal was received
 * @returns {Promise<T>}
 * @throws {Interrupted} if a signal was received, even after the last `check`
 */
export async function withCleanup(work) {
  /** @type {NodeJS.Signals | undefined} */
  let received
  /** @param {NodeJS.Signals} signal */
  const receive = signal => {
    received = signal
  }
  const check = () => {
    if (received) throw new Interrupted(received)
  }
  return await whileReceiving(receive, async () => {
    const result = await work(check)
    check()
    return result
  })
}

/**
 * Runs a program and forwards the signals that this process receives.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @param {(child: import('node:child_process').ChildProcess) => void} [started]
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, passed: NodeJS.Signals | undefined }>} how it
 *   ended, and the signal forwarded to it
 * @throws {NodeJS.ErrnoException} if it cannot be started
 */
export async function run(command, args, options, started) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child
  /** @type {NodeJS.Signals | undefined} */
  let passed
  /** @param {NodeJS.Signals} signal */
  const pass = signal => {
    passed = signal
    child?.kill(signal)
  }
  // Before the child starts: a signal in between would end this process and leave the child running.
  return await whileReceiving(pass, async () => {
    const running = spawn(command, args, options)
    child = running
    started?.(running)
    return await new Promise((resolve, reject) => {
      running.once('error', reject)
      running.once('close', (code, signal) => resolve({ code, signal, passed }))
    })
  })
}

import { spawn } from 'node:child_process'

/** @type {NodeJS.Signals[]} */
const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a program in our place: it gets the signals that we get.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @param {(child: import('node:child_process').ChildProcess) => void} [started]
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, passed: NodeJS.Signals | undefined }>} how it
 *   ended, and the signal that it got from us
 * @throws {NodeJS.ErrnoException} when it cannot be started
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
  // Before the child is there: a signal that came in between would end us and leave it behind.
  for (const signal of passedOn) process.on(signal, pass)
  try {
    const running = spawn(command, args, options)
    child = running
    started?.(running)
    return await new Promise((resolve, reject) => {
      running.once('error', reject)
      running.once('close', (code, signal) => resolve({ code, signal, passed }))
    })
  } finally {
    for (const signal of passedOn) process.off(signal, pass)
  }
}

import { constants } from 'node:os'
import { stopAll } from '@bluecore/lab'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Longest time that work in progress may take to end after a signal; then the program exits as it is. */
const exitAfterMs = 8_000

/**
 * On a signal, stops all work, whose `finally` blocks release the lock and remove temporary files, and exits as a shell
 * expects it: with 128 + the signal's number.
 */
export function stopOnSignals(): void {
  for (const signal of signals) {
    process.once(signal, () => {
      console.error(`\nStopped by ${signal}. Run the same command again to continue.`)
      process.exitCode = 128 + constants.signals[signal]
      stopAll()
      setTimeout(() => process.exit(), exitAfterMs).unref()
    })
  }
}

import type { Logger } from 'pino'

/** How long the closing may take before the process is ended by force, in ms. With the usual delay, 5 s in all. */
const closingMs = 3_000

export interface ShutdownSteps {
  /** From now on this process is not ready. */
  announce(): void
  /** How long others need to notice, in ms. */
  delayMs: number
  /** Lets go of everything that keeps the process alive. */
  close(): void
}

/**
 * On SIGTERM or SIGINT: not ready first, then wait, then close; the process ends by itself with code 0. A second signal
 * ends it at once. If something still holds it after the closing (a thread that hangs in a volume cannot be joined, so
 * process.exit would wait for ever), it is killed.
 */
export function shutDownOnSignal(log: Logger, steps: ShutdownSteps): void {
  const begin = (signal: NodeJS.Signals) => {
    process.removeListener('SIGTERM', begin)
    process.removeListener('SIGINT', begin)
    log.info({ signal }, 'stopping')
    steps.announce()
    setTimeout(() => {
      steps.close()
      process.exitCode = 0
      setTimeout(() => endByForce(log), closingMs).unref()
    }, steps.delayMs)
  }
  process.on('SIGTERM', begin)
  process.on('SIGINT', begin)
}

function endByForce(log: Logger) {
  log.fatal({ seconds: closingMs / 1000 }, 'still held after closing, ended by force')
  process.kill(process.pid, 'SIGKILL')
  process.abort() // as process 1 of a container it is spared by its own SIGKILL, but not by this
}

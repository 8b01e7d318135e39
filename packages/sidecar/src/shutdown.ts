import type { Logger } from 'pino'

/** How long closing may take before the process is killed, in ms. With the default delay, 5 s in all. */
const closingMs = 3_000

export interface ShutdownSteps {
  /** Become not ready. */
  announce(): void
  /** How long others need to notice, in ms. */
  delayMs: number
  /** Release everything that keeps the process alive. */
  close(): void
}

/**
 * On SIGTERM or SIGINT: become not ready, wait, then close; the process ends by itself with code 0. A second signal
 * ends it immediately. If something still keeps it alive after closing (a thread that hangs in a volume cannot be joined, so
 * process.exit would block), it is killed.
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
  log.fatal({ seconds: closingMs / 1000 }, 'still alive after closing, killed')
  process.kill(process.pid, 'SIGKILL')
  process.abort() // as process 1 of a container its own SIGKILL is ignored, but this is not
}

/** Removes servers, processes and folders. */
const steps: Array<() => unknown> = []

export function atEnd(step: () => unknown): void {
  steps.push(step)
}

/** Runs a program and cleans up after it, also when it fails or is interrupted. */
export async function withCleanup(program: () => Promise<void>): Promise<void> {
  let interrupted = false
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, async () => {
      interrupted = true
      console.error('interrupted: cleaning up')
      await clean()
      process.exit(code)
    })
  try {
    await program()
  } catch (error) {
    if (!interrupted) console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
  if (!interrupted) await clean() // otherwise in progress
}

async function clean() {
  for (const step of steps.splice(0).reverse()) {
    try {
      await step()
    } catch (error) {
      console.error('cleaning up:', error instanceof Error ? error.message : error)
      process.exitCode = 1
    }
  }
}

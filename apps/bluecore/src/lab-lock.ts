import { withLock } from '@bluecore/cache'
import { statePath, stopped } from '@bluecore/lab'

/** Runs a command that changes the lab. A machine has one lab, so only one such command runs at a time, from any checkout. */
export async function withLabLock(work: () => Promise<void>): Promise<void> {
  const notice = setTimeout(
    () => console.error('another npm start or npm stop is running on this machine: waiting for it to end'),
    1_000,
  )
  try {
    await withLock(
      statePath('../lab.lock'),
      async () => {
        clearTimeout(notice)
        await work()
      },
      { signal: stopped },
    )
  } finally {
    clearTimeout(notice)
  }
}

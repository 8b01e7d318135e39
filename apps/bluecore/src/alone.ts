import { withLock } from '@bluecore/cache'
import { statePath } from '@bluecore/lab'

/** Runs a command that changes the lab while no other one does: a machine has one lab, whichever checkout asks. */
export async function alone(work: () => Promise<void>): Promise<void> {
  const notice = setTimeout(
    () => console.error('another npm start or npm stop is under way on this machine: waiting for it'),
    1_000,
  )
  try {
    await withLock(statePath('../lab.lock'), async () => {
      clearTimeout(notice)
      await work()
    })
  } finally {
    clearTimeout(notice)
  }
}

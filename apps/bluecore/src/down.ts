import { downSteps, runSteps } from '@bluecore/lab'
import { withLabLock } from './lab-lock.js'

/** Removes the lab. */
export async function down({ caches = false }: { caches?: boolean }): Promise<void> {
  await withLabLock(() => runSteps(downSteps(caches)))
}

import { downSteps, runSteps } from '@bluecore/lab'
import { alone } from './alone.js'

/** Removes the lab. */
export async function down({ caches = false }: { caches?: boolean }): Promise<void> {
  await alone(() => runSteps(downSteps(caches)))
}

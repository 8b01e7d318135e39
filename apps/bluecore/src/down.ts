import { downSteps, runSteps } from '@bluecore/lab'

/** Removes the lab. */
export async function down({ caches = false }: { caches?: boolean }): Promise<void> {
  await runSteps(downSteps(caches))
}

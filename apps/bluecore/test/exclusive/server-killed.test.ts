import { namespace, waitFor } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { beforeAll, test } from 'vitest'
import { askSidecar, killContainer } from '../../testing/containers.js'
import { noteToFind } from '../../testing/notes.js'
import { podOf, restartsOf, servers, waitForDeployments, waitForRelease } from '../../testing/pods.js'

let stillFound: () => Promise<void>

beforeAll(async () => {
  await waitForRelease(namespace)
  stillFound = await noteToFind(namespace)
})

/** Waits until /readyz says 503. @returns when that was, by `performance.now()` */
async function notReadyAt(pod: V1Pod): Promise<number> {
  const check = async () => (await askSidecar(pod, '/readyz')).status === 503 && performance.now()
  const what = `/readyz of ${pod.metadata?.name} says 503`
  return await waitFor(check, { what, timeoutMs: 10_000, intervalMs: 20 })
}

// All three at once: they are independent of each other, and each test waits most of its time.
test.concurrent.for(servers)(
  '$name killed: /readyz says 503 within 2 s, and kubelet restarts the container in the same pod',
  async ({ name, container }, { expect }) => {
    const before = await podOf(namespace, name)
    const killed = performance.now()
    const [noticed] = await Promise.all([notReadyAt(before), killContainer(before, container)])
    console.log(`${name}: /readyz says 503 after ${Math.round(noticed - killed)} ms`)
    expect(noticed - killed).toBeLessThan(2_000)

    const restarted = async () =>
      restartsOf(await podOf(namespace, name), container) > restartsOf(before, container)
    await waitFor(restarted, { what: `kubelet restarts ${container}`, timeoutMs: 60_000 })
    await waitForDeployments(namespace, [name])
    console.log(`${name}: Ready again after ${Math.round(performance.now() - killed)} ms`)
    expect((await podOf(namespace, name)).metadata?.uid).toBe(before.metadata?.uid)
  },
)

test('every note is found after the three servers were killed', async () => {
  await waitForRelease(namespace)
  await stillFound()
})

import { namespace } from '@bluecore/lab'
import { beforeAll, expect, test } from 'vitest'
import { killUntilNotReady } from '../../testing/containers.js'
import { noteToFind } from '../../testing/notes.js'
import { podOf, servers, waitForRelease, waitForRestart } from '../../testing/pods.js'

let stillFound: () => Promise<void>

beforeAll(async () => {
  await waitForRelease(namespace)
  stillFound = await noteToFind(namespace)
})

test.each(servers)(
  '$name killed: /readyz says 503 within 2 s, and kubelet restarts the container in the same pod',
  async ({ name, container }) => {
    const before = await podOf(namespace, name)
    const ms = await killUntilNotReady(before, container)
    console.log(`${name}: /readyz says 503 after ${ms} ms`)
    expect(ms).toBeLessThan(2_000)

    const after = await waitForRestart({ namespace, name, container }, before, 120_000)
    expect(after.metadata?.uid).toBe(before.metadata?.uid)
  },
)

test('the release is Ready again after its three servers were killed, and every note is found', async () => {
  const started = performance.now()
  await waitForRelease(namespace)
  console.log(`Ready again after ${Math.round(performance.now() - started)} ms`)
  await stillFound()
})

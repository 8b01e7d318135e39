import { heal, killNode, namespace } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepOff, safe } from '../../testing/keep-off.js'
import { notesWork, noteToFind } from '../../testing/notes.js'
import { podOf, waitForDeployments, waitForRelease } from '../../testing/pods.js'

let stillFound: () => Promise<void>
beforeAll(async () => {
  await waitForRelease(namespace)
  stillFound = await noteToFind(namespace)
  await keepOff(safe, 'dbserver')
})

// Also when a test fails half-way: other tests need all nodes.
afterAll(async () => {
  await heal()
  await waitForRelease(namespace)
})

test('the node of PostgreSQL is killed: notes can be posted and found again, and none is lost', async () => {
  const before = await podOf(namespace, 'dbserver')
  await killNode(before.spec?.nodeName ?? '')
  const { postedMs, foundMs } = await notesWork(namespace, 300_000)
  console.log(
    `a note can be posted ${Math.round(postedMs / 1_000)} s after the node was killed, and one is found after ${Math.round(foundMs / 1_000)} s`,
  )
  await waitForDeployments(namespace, ['dbserver', 'redis', 'elsearch'])
  expect((await podOf(namespace, 'dbserver')).metadata?.uid).not.toBe(before.metadata?.uid)
  await stillFound()
})

import { kube, namespace, nodes } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubectl } from '../../src/commands.js'
import { noteToFind } from '../../testing/notes.js'
import { podsOf, serverPods, servers, waitForDeployments, waitForRelease } from '../../testing/pods.js'

const { core } = kube()
let stillFound: () => Promise<void>

beforeAll(async () => {
  await waitForRelease(namespace)
  stillFound = await noteToFind(namespace)
})

// Also when a test fails half-way: other tests need all nodes.
afterAll(() => kubectl(['uncordon', ...nodes.map(({ name }) => name)]))

/** Deletes a pod of a Deployment, and waits until the Deployment is Ready again. @returns nodes of its new pods */
async function deletePod(deployment: string): Promise<(string | undefined)[]> {
  const before = await podsOf(namespace, deployment)
  const started = performance.now()
  await core.deleteNamespacedPod({ namespace, name: before[0]?.metadata?.name ?? '' })
  await waitForDeployments(namespace, [deployment])
  console.log(`${deployment}: Ready on another node after ${Math.round(performance.now() - started)} ms`)
  const uids = before.map(({ metadata }) => metadata?.uid)
  const added = (await podsOf(namespace, deployment)).filter(({ metadata }) => !uids.includes(metadata?.uid))
  return added.map(({ spec }) => spec?.nodeName)
}

test('deleted pods of the three servers come up on other nodes with the same data', async () => {
  const old = (await serverPods(namespace)).map(({ spec }) => spec?.nodeName ?? '')
  await kubectl(['cordon', ...new Set(old)]) // three of four nodes at most
  const moved = await Promise.all(servers.map(({ name }) => deletePod(name)))
  await kubectl(['uncordon', ...new Set(old)])
  for (const [index, { name }] of servers.entries()) {
    expect(moved[index]?.length, name).toBe(1)
    expect(old, name).not.toContain(moved[index]?.[0])
  }
  await waitForRelease(namespace)
  await stillFound()
})

test('a deleted pod of Misskey comes up on another node with the same data', async () => {
  const node = (await podsOf(namespace, 'misskey'))[0]?.spec?.nodeName ?? ''
  await kubectl(['cordon', node])
  const moved = await deletePod('misskey')
  await kubectl(['uncordon', node])
  expect(moved.length).toBe(1)
  expect(moved[0]).not.toBe(node)
  await stillFound()
})

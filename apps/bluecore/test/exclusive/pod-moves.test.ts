import { kube, namespace } from '@bluecore/lab'
import { beforeAll, expect, test } from 'vitest'
import { whileCordoned } from '../../testing/keep-off.js'
import { noteToFind } from '../../testing/notes.js'
import { podsOf, serverPods, servers, waitForDeployments, waitForRelease } from '../../testing/pods.js'

const { core } = kube()
let stillFound: () => Promise<void>

beforeAll(async () => {
  await waitForRelease(namespace)
  stillFound = await noteToFind(namespace)
})

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
  const nodes = [...new Set(old)] // three of four at most
  const moved = await whileCordoned(nodes, () => Promise.all(servers.map(({ name }) => deletePod(name))))
  for (const [index, { name }] of servers.entries()) {
    expect(moved[index]?.length, name).toBe(1)
    expect(old, name).not.toContain(moved[index]?.[0])
  }
  await waitForRelease(namespace)
  await stillFound()
})

test('a deleted pod of Misskey comes up on another node with the same data', async () => {
  const node = (await podsOf(namespace, 'misskey'))[0]?.spec?.nodeName ?? ''
  const moved = await whileCordoned([node], () => deletePod('misskey'))
  expect(moved.length).toBe(1)
  expect(moved[0]).not.toBe(node)
  await stillFound()
})

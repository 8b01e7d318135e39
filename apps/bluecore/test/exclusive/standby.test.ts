// A second pod of each server, on another node, that takes over; with the fence of packages/hosts, which the lab's NAS has, from
// a silent holder that is not waited for.
import { heal, killNode, kube, namespace, onNode, waitFor } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubectl } from '../../src/commands.js'
import { freezeContainer, thawContainer } from '../../testing/containers.js'
import { fenceValues, noFence } from '../../testing/fence.js'
import { keepOff, safe } from '../../testing/keep-off.js'
import { hasRows, type Ledger, startLedger } from '../../testing/ledger.js'
import { notesWork, noteToFind } from '../../testing/notes.js'
import {
  deployments,
  podOf,
  restartCounts,
  servers,
  waitForDeployments,
  waitForRelease,
} from '../../testing/pods.js'
import { pairOf, setReplicas, standbys, waitForHolder } from '../../testing/standbys.js'

const { core } = kube()

let stillFound: () => Promise<void>
let ledger: Ledger | undefined
beforeAll(async () => {
  await waitForRelease(namespace)
  stillFound = await noteToFind(namespace)
  await keepOff(safe, 'dbserver')
})

// Also when a test fails half-way: other tests need all nodes, and one pod of each server.
afterAll(async () => {
  await heal()
  await ledger?.remove()
  await setReplicas(1, noFence)
  await waitForRelease(namespace)
})

test('standbys are Ready beside the holders, on other nodes, and nothing is restarted for them', async () => {
  const before = await restartCounts(namespace)
  await setReplicas(2)
  await waitForDeployments(namespace, [...deployments, ...standbys])
  expect(await restartCounts(namespace)).toEqual(before)
  for (const { name } of servers) {
    await waitForHolder(name, name, 30_000)
    const [one, two] = await Promise.all([podOf(namespace, name), podOf(namespace, `${name}-2`)])
    expect(one.spec?.nodeName, name).not.toBe(two.spec?.nodeName)
  }
})

test('the node of PostgreSQL is killed: its standby takes over, no acknowledged row and no note is lost', async () => {
  const rows = await startLedger('dbserver', namespace, safe)
  ledger = rows
  const { spec } = await podOf(namespace, 'dbserver')
  await waitFor(() => hasRows(rows, 0, 31), {
    what: 'rows are acknowledged',
    timeoutMs: 60_000,
  })
  await killNode(spec?.nodeName ?? '')
  const { postedMs, foundMs } = await notesWork(namespace, 300_000)
  console.log(
    `with standbys a note can be posted ${Math.round(postedMs / 1_000)} s after the node was killed, and one is found after ${Math.round(foundMs / 1_000)} s`,
  )
  await waitForHolder('dbserver', 'dbserver-2', 60_000)
  await stillFound()
})

test('the node comes back as the standby, and takes over when the holder is deleted', async () => {
  await heal()
  await waitForDeployments(namespace, [...deployments, ...standbys])
  const { metadata } = await podOf(namespace, 'dbserver-2')
  await core.deleteNamespacedPod({ namespace, name: metadata?.name ?? '' })
  await waitForHolder('dbserver', 'dbserver', 60_000)
  await waitForDeployments(namespace, [...deployments, ...standbys])
  expect(await ledger?.lost()).toEqual([])
})

const fenced = () => onNode('nas', ['nft', 'list', 'set', 'inet', 'bluecore_fence', 'fenced'])

test('a sidecar stands still while its server goes on: the node is fenced, and what the server still acknowledges is not lost', async () => {
  const rows = ledger as Ledger
  await setReplicas(2, await fenceValues())
  await waitForDeployments(namespace, [...deployments, ...standbys])
  const [holder, standby] = await pairOf('dbserver')
  const pod = await podOf(namespace, holder)
  const begun = Date.now()
  await waitFor(() => hasRows(rows, begun, 31), { what: 'rows are acknowledged', timeoutMs: 60_000 })
  await freezeContainer(pod, 'health')
  await waitForHolder('dbserver', standby, 60_000)
  // The guard ends the old server some seconds later. Until then it takes statements, and none of them is acknowledged.
  const late = `PGPASSWORD=$(< /secrets/postgres-password) timeout 2 psql -U postgres -c 'CREATE TABLE late ()'`
  const name = pod.metadata?.name ?? ''
  await expect(kubectl(['exec', name, '-c', 'postgresql', '--', 'bash', '-c', late])).rejects.toThrow()
  expect(await fenced()).toContain('timeout 50s')
  const moved = Date.now()
  await waitFor(() => hasRows(rows, moved, 31), { what: 'rows are acknowledged again', timeoutMs: 120_000 })
  await thawContainer(pod, 'health')
  await heal()
  await waitForDeployments(namespace, [...deployments, ...standbys])
  expect(await rows.lost()).toEqual([])
})

test('without standbys again, the Service leads to the pods that are left', async () => {
  const [holder] = await pairOf('redis')
  if (holder === 'redis') {
    const { metadata } = await podOf(namespace, 'redis')
    await core.deleteNamespacedPod({ namespace, name: metadata?.name ?? '' })
    await waitForHolder('redis', 'redis-2', 60_000)
    await waitForDeployments(namespace, [...deployments, ...standbys])
  }
  await setReplicas(1, noFence)
  await waitForRelease(namespace)
  await waitForHolder('redis', 'redis', 60_000)
  await stillFound()
})

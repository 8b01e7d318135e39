// A second pod of each server, on another node, that takes over.
import { heal, killNode, namespace, waitFor } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
import { handOver, setReplicas, standbys, waitForHolder } from '../../testing/standbys.js'

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
  await setReplicas(1)
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

test('the node comes back as the standby, and takes over when the holder is stopped', async () => {
  await heal()
  await waitForDeployments(namespace, [...deployments, ...standbys])
  await handOver('dbserver')
  await waitForDeployments(namespace, [...deployments, ...standbys])
  expect(await ledger?.lost()).toEqual([])
})

test('without standbys again, the Service leads to the pods that are left', async () => {
  await handOver('redis')
  await waitForDeployments(namespace, [...deployments, ...standbys])
  await setReplicas(1)
  await waitForHolder('redis', 'redis', 60_000)
  await waitForRelease(namespace)
  await stillFound()
})

// The lab's NAS has the fence of packages/hosts: a silent holder is not waited for. Long, as the values roll the release twice.
import { heal, namespace, onNode, waitFor } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubectl } from '../../src/commands.js'
import { freezeContainer, thawContainer } from '../../testing/containers.js'
import { fenceValues, noFence } from '../../testing/fence.js'
import { keepOff, safe } from '../../testing/keep-off.js'
import { hasRows, type Ledger, startLedger } from '../../testing/ledger.js'
import { deployments, podOf, waitForDeployments, waitForRelease } from '../../testing/pods.js'
import { setReplicas, standbys, waitForHolder } from '../../testing/standbys.js'

let ledger: Ledger | undefined
beforeAll(async () => {
  await setReplicas(1, await fenceValues()) // before there is a standby: the pods are made anew for it
  await waitForRelease(namespace)
  await keepOff(safe, 'dbserver')
  await setReplicas(2)
  await waitForDeployments(namespace, [...deployments, ...standbys])
})

afterAll(async () => {
  await heal()
  await ledger?.remove()
  await setReplicas(1, noFence)
  await waitForRelease(namespace)
})

const fenced = () => onNode('nas', ['nft', 'list', 'set', 'inet', 'bluecore_fence', 'fenced'])

test('a sidecar stands still while its server goes on: the node is fenced, and what the server still acknowledges is not lost', async () => {
  const rows = await startLedger('dbserver', namespace, safe)
  ledger = rows
  const pod = await podOf(namespace, 'dbserver')
  await waitFor(() => hasRows(rows, 0, 31), { what: 'rows are acknowledged', timeoutMs: 60_000 })
  await freezeContainer(pod, 'health')
  await waitForHolder('dbserver', 'dbserver-2', 60_000)
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

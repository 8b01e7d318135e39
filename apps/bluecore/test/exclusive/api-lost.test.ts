import { cutOff, heal, kube, namespace, reconnect, waitFor } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { longestGap } from '../../bench/overlap.js'
import { keepOff, safe } from '../../testing/keep-off.js'
import { hasRows, type Ledger, startLedger } from '../../testing/ledger.js'
import { podOf, waitForRelease } from '../../testing/pods.js'

const { core } = kube()

let ledger: Ledger
beforeAll(async () => {
  await waitForRelease(namespace)
  await keepOff(safe, 'dbserver')
  ledger = await startLedger('dbserver', namespace, safe)
})

// Also when the test fails half-way: other tests need all nodes.
afterAll(async () => {
  await heal()
  await ledger?.remove()
  await waitForRelease(namespace)
})

test('the node of PostgreSQL loses the API server, but not the NAS: the lease is given to the replacement, and no row is lost', async () => {
  const before = await podOf(namespace, 'dbserver')
  const node = before.spec?.nodeName ?? ''
  const rowsAfter = (at: number, count: number) => () => hasRows(ledger, at, count)
  await waitFor(rowsAfter(0, 30), { what: 'rows are acknowledged', timeoutMs: 60_000 })

  await cutOff(node, 'api')
  const cut = Date.now()
  const after = await waitFor(
    async () => {
      const { items } = await core.listNamespacedPod({
        namespace,
        labelSelector: 'app.kubernetes.io/name=dbserver',
      })
      return items.find(({ metadata }) => metadata?.uid !== before.metadata?.uid)
    },
    { what: 'Kubernetes replaces the pod', timeoutMs: 180_000 },
  )
  const replaced = Date.now()
  await waitFor(rowsAfter(replaced, 50), { what: 'the replacement takes rows', timeoutMs: 120_000 })
  const down = longestGap(await ledger.rows())
  console.log(
    `replaced after ${Math.round((replaced - cut) / 1000)} s; ${Math.round(down / 1000)} s without PostgreSQL`,
  )
  // In order: it has nothing to recover.
  const log = await core.readNamespacedPodLog({
    namespace,
    name: after.metadata?.name ?? '',
    container: 'postgresql',
  })
  expect(log).toContain('database system was shut down at')
  expect(log).not.toContain('was not properly shut down')

  await reconnect(node)
  const gone = async () =>
    !(await core.listNamespacedPod({ namespace })).items.some(
      ({ metadata }) => metadata?.uid === before.metadata?.uid,
    )
  await waitFor(gone, { what: 'the pod that was given up is gone', timeoutMs: 120_000 })
  await waitForRelease(namespace)
  expect((await podOf(namespace, 'dbserver')).metadata?.uid).toBe(after.metadata?.uid)
  expect(await ledger.lost()).toEqual([])
})

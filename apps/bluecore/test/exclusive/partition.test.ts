import { cutOff, heal, kube, namespace, reconnect, waitFor } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { longestGap } from '../../bench/overlap.js'
import { killContainer } from '../../testing/containers.js'
import { keepOff, safe } from '../../testing/keep-off.js'
import { hasRows, type Ledger, startLedger } from '../../testing/ledger.js'
import { noteToFind } from '../../testing/notes.js'
import { podOf, restartsOf, serverPods, servers, waitForRelease, waitForRestart } from '../../testing/pods.js'

const { core } = kube()

let stillFound: () => Promise<void>
let ledger: Ledger
beforeAll(async () => {
  await waitForRelease(namespace)
  stillFound = await noteToFind(namespace)
  await keepOff(safe, 'dbserver')
  ledger = await startLedger('dbserver', namespace, safe)
})

// Also when a test fails half-way: other tests need all nodes.
afterAll(async () => {
  await heal()
  await ledger?.remove()
  await waitForRelease(namespace)
})

const rowsAfter = (at: number, count: number) => () => hasRows(ledger, at, count)

test('the node of PostgreSQL is cut off, is replaced, and comes back: no acknowledged row is lost', async () => {
  const before = await podOf(namespace, 'dbserver')
  const node = before.spec?.nodeName ?? ''
  await waitFor(rowsAfter(0, 30), { what: 'rows are acknowledged', timeoutMs: 60_000 })

  await cutOff(node)
  const cut = Date.now()
  // What is acknowledged within the first seconds was on its way.
  await waitFor(rowsAfter(cut + 10_000, 50), { what: 'the replacement takes rows', timeoutMs: 300_000 })
  const down = longestGap(await ledger.rows())
  const after = await podOf(namespace, 'dbserver')
  expect(after.metadata?.uid).not.toBe(before.metadata?.uid)

  await reconnect(node)
  const healed = Date.now()
  const all = async () =>
    (await core.listNamespacedPod({ namespace })).items.map(({ metadata }) => metadata?.uid)
  await waitFor(async () => !(await all()).includes(before.metadata?.uid), {
    what: 'the pod that was cut off is gone',
    timeoutMs: 120_000,
  })
  // PostgreSQL looks every 60 s whether another server has removed its lock file, and that is when rows used to be lost.
  await waitFor(rowsAfter(healed + 62_000, 1), { what: 'rows are acknowledged later', timeoutMs: 180_000 })
  expect(await ledger.lost()).toEqual([])
  const still = await podOf(namespace, 'dbserver')
  expect([still.metadata?.uid, restartsOf(still, 'postgresql')]).toEqual([after.metadata?.uid, 0])
  const rows = (await ledger.rows()).length
  console.log(`${Math.round(down / 1000)} s without PostgreSQL; 0 of ${rows} acknowledged rows lost`)
})

test('what the cut-off servers had not yet written damages nothing: all start again on their volumes', async () => {
  await waitForRelease(namespace)
  // Not in order: PostgreSQL recovers from its WAL, Redis reads its log, Elasticsearch its translog.
  const pods = await serverPods(namespace)
  await Promise.all(
    servers.map(async ({ name, container }, index) => {
      const pod = pods[index] as V1Pod
      await killContainer(pod, container)
      await waitForRestart({ namespace, name, container }, pod, 120_000)
    }),
  )
  await waitForRelease(namespace)
  expect(await ledger.lost()).toEqual([])
  await stillFound()
})

// Nodes that are lost or cut off.
import { cutOff, namespace, reconnect, type Side } from '@bluecore/lab'
import { helm } from '../../src/commands.js'
import type { Ledgered } from '../../testing/ledger.js'
import { chart } from '../../testing/own-release.js'
import { waitForRelease } from '../../testing/pods.js'
import type { Expected } from '../judge.js'
import { startNoteClient } from '../note-client.js'
import { type Bench, type Scenario, whileKilled } from '../scenario.js'
import { lease, quick } from '../setups.js'

/** PostgreSQL looks every 60 s whether another server has removed its lock file, and that is when rows used to be lost. */
const watch = 65

interface Partition {
  number: number
  from: Side
  seconds: number
  outcome: string
  expected: Expected
}

/** The node of a server is cut off for a time. */
async function partition(
  bench: Bench,
  from: Side,
  seconds: number,
  server: Ledgered = 'dbserver',
): Promise<void> {
  const node = await bench.nodeOf(server)
  await bench.during(
    `${node} cut off from ${from}`,
    seconds,
    () => cutOff(node, from),
    () => reconnect(node),
  )
}

const sides: Record<Side, string> = { all: 'everything', api: 'the API server only', nas: 'the NAS only' }

const partitions: readonly Partition[] = [
  {
    number: 6,
    from: 'api',
    seconds: 15,
    outcome: 'nothing: the node is NotReady only after 20 s',
    expected: { down: 5, restarts: 0 },
  },
  {
    number: 6,
    from: 'api',
    seconds: 30,
    outcome: 'handed over to a replacement: the node is NotReady after 20 s',
    expected: { down: 30, restarts: 1 },
  },
  {
    number: 6,
    from: 'api',
    seconds: 120,
    outcome: 'handed over to a replacement: the node is NotReady after 20 s',
    expected: { down: 30, restarts: 1 },
  },
  {
    number: 7,
    from: 'nas',
    seconds: 60,
    outcome: 'the guard kills the server after 15 s; back after the heal',
    expected: { down: 90 },
  },
  {
    number: 8,
    from: 'all',
    seconds: 90,
    outcome: 'replaced, or back after the heal; what was late reaches nothing',
    expected: { down: 125 },
  },
  {
    number: 8,
    from: 'all',
    seconds: 420,
    outcome: 'replaced; what was late reaches nothing',
    expected: { down: 125, restarts: 1 },
  },
]

export const networkScenarios: readonly Scenario[] = [
  {
    numbers: [5, 26],
    name: 'node-killed',
    title: 'The node of PostgreSQL is killed',
    outcome: 'replaced on another node; Misskey follows within 20 s',
    expected: { down: 125, restarts: 1 },
    watch: 65,
    async run(bench) {
      const node = await bench.nodeOf('dbserver')
      const stop = await startNoteClient()
      await whileKilled(bench, node, 150)
      bench.note(`${((await stop()) / 1_000).toFixed(0)} s without a posted note`)
    },
  },
  ...partitions.map(({ number, from, seconds, outcome, expected }) => ({
    numbers: [number],
    name: `partition-${from}-${seconds}-s`,
    title: `The node of PostgreSQL is cut off from ${sides[from]} for ${seconds} s`,
    outcome,
    expected,
    watch,
    run: (bench: Bench) => partition(bench, from, seconds),
  })),
  {
    numbers: [8],
    name: 'partition-elasticsearch',
    title: 'The node of Elasticsearch is cut off from everything for 90 s',
    outcome: 'replaced, or back after the heal; what is acknowledged is there',
    expected: { down: 125 },
    watch,
    run: bench => partition(bench, 'all', 90, 'elsearch'),
  },
  {
    numbers: [31],
    name: 'partition-without-lease',
    title: 'The node of PostgreSQL is cut off for 90 s, and there is no lease',
    outcome: 'acknowledged writes are lost: the bench can tell',
    expected: { down: 125, lost: 'something' },
    watch: 130,
    async run(bench) {
      const [deployed] = JSON.parse(await helm(['history', 'bluecore', '--max', '1', '--output', 'json']))
      bench.afterwards(async () => {
        await helm(['rollback', 'bluecore', String(deployed.revision)])
        await waitForRelease(namespace)
      })
      const values = [...lease(false), '--set-json', `postgresql.tolerations=${quick}`]
      await bench.once('lease disabled', async () => {
        await helm(['upgrade', 'bluecore', chart, '--reset-then-reuse-values', ...values])
        await waitForRelease(namespace)
      })
      await bench.wait(10)
      await partition(bench, 'all', 90)
    },
  },
]

// Faults of the cluster around the servers: its API server, its DNS, most of its nodes.
import { killNode, kube, nodes, pauseApi, startApi, startNode, stopApi } from '@bluecore/lab'
import { kubectl } from '../../src/commands.js'
import { safe, whileCordoned } from '../../testing/keep-off.js'
import { startDnsClient } from '../dns-client.js'
import { type Scenario, whileKilled } from '../scenario.js'

const { core } = kube()

const workers = nodes.map(({ name }) => name).filter(name => name !== safe)

/** What a resolver waits before it asks again, by default. */
const dnsSeconds = 5

const dnsPods = { namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' }

/** Where CoreDNS runs besides the node of the clients and that of PostgreSQL, from which it is moved if need be. */
async function dnsNode(database: string): Promise<string> {
  const find = async () => {
    const { items } = await core.listNamespacedPod(dnsPods)
    return items.map(({ spec }) => spec?.nodeName ?? '').find(name => name !== safe && name !== database)
  }
  const node = await find()
  if (node) return node
  await whileCordoned([database], async () => {
    const { namespace, labelSelector } = dnsPods
    const there = ['--field-selector', `spec.nodeName=${database}`]
    await kubectl(['--namespace', namespace, 'delete', 'pod', '--selector', labelSelector, ...there])
    await kubectl(['--namespace', namespace, 'rollout', 'status', 'deployment/coredns'])
  })
  const other = await find()
  if (!other) throw new Error(`CoreDNS must have a node besides ${safe} and ${database}`)
  return other
}

export const clusterScenarios: readonly Scenario[] = [
  {
    numbers: [9],
    name: 'api-stopped',
    title: 'The API server is down for 10 min',
    outcome: 'nothing',
    expected: { down: 3, restarts: 0 },
    run: bench => bench.during('API server stopped', 600, stopApi, startApi),
  },
  {
    numbers: [11],
    name: 'api-flapping',
    title: 'The API server answers only every other second, for 60 s',
    outcome: 'nothing',
    expected: { down: 3, restarts: 0 },
    async run(bench) {
      await bench.once('API server flapping', async () => {
        for (let time = 0; time < 30; time++) {
          await pauseApi()
          await bench.wait(1)
          await startApi()
          await bench.wait(1)
        }
      })
    },
  },
  {
    numbers: [24],
    name: 'most-nodes-killed',
    title: 'Three of four nodes are killed for 90 s',
    outcome: 'Kubernetes replaces nothing then; all is back with the nodes, and nothing is lost',
    expected: { down: 240 },
    watch: 65,
    async run(bench) {
      const each = (act: (name: string) => Promise<void>) => () => Promise.all(workers.map(act))
      await bench.during('three nodes killed', 90, each(killNode), each(startNode))
    },
  },
  {
    numbers: [25],
    name: 'dns-node-killed',
    title: 'The node of a CoreDNS pod is killed, and PostgreSQL runs on another',
    outcome: 'names are resolved by the other CoreDNS pod, within 5 s',
    expected: { down: 10, restarts: 0 },
    async run(bench) {
      const { spec } = await bench.pod('dbserver')
      const node = await dnsNode(spec?.nodeName ?? '')
      const stop = await startDnsClient(spec?.dnsConfig)
      await whileKilled(bench, node, 75)
      const seconds = await stop()
      bench.note(`${seconds.toFixed(1)} s without an answer of DNS`)
      if (seconds > dnsSeconds)
        bench.miss(`names were not resolved for ${seconds.toFixed(1)} s, more than ${dnsSeconds}`)
    },
  },
]

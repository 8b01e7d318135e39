// What an administrator does to PostgreSQL's pod, and a second release to its volume.
import { namespace } from '@bluecore/lab'
import { helm, kubectl } from '../../src/commands.js'
import { chart, ownRelease } from '../../testing/own-release.js'
import {
  containerStatus,
  podsOf,
  restartsOf,
  servers,
  waitForDeployments,
  waitForRelease,
} from '../../testing/pods.js'
import type { Bench, Scenario } from '../scenario.js'
import { killPostgres } from './processes.js'

const deployment = 'dbserver'

const moved = () => waitForDeployments(namespace, [deployment])

const move = (name: string, title: string, run: (bench: Bench) => Promise<void>, restarts = 1): Scenario => ({
  numbers: [21],
  name,
  title,
  outcome: 'handed over in order',
  expected: { down: 15 * restarts, restarts },
  run,
})

const podName = async (bench: Bench) => (await bench.pod(deployment)).metadata?.name ?? ''

/** The servers of a release that have ever been started. */
async function startedIn(release: string): Promise<string[]> {
  const pods = await Promise.all(servers.map(({ name }) => podsOf(release, name)))
  return servers.flatMap(({ name, container }, index) => {
    const started = pods[index]?.some(pod => {
      const state = containerStatus(pod, container)?.state
      return state?.running || state?.terminated || restartsOf(pod, container) > 0
    })
    return started ? [name] : []
  })
}

export const moveScenarios: readonly Scenario[] = [
  move('rollout-restart', 'kubectl rollout restart', async bench => {
    await bench.once('restart', async () => {
      await kubectl(['rollout', 'restart', `deployment/${deployment}`])
      await moved()
    })
  }),
  move('pod-deleted', 'kubectl delete pod', async bench => {
    const pod = await podName(bench)
    await bench.once('pod deleted', async () => {
      await kubectl(['delete', 'pod', pod])
      await moved()
    })
  }),
  {
    ...move('pod-force-deleted', 'kubectl delete pod --force', async bench => {
      const pod = await podName(bench)
      await bench.once('pod deleted by force', async () => {
        await kubectl(['delete', 'pod', pod, '--force', '--grace-period=0'])
        await moved()
      })
    }),
    outcome: 'the replacement waits until the old server has ended',
    expected: { down: 60, restarts: 1 },
    watch: 65,
  },
  move('node-drained', 'kubectl drain', async bench => {
    const node = await bench.nodeOf(deployment)
    bench.afterwards(() => kubectl(['uncordon', node]))
    await bench.once(`${node} drained`, async () => {
      await kubectl(['drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=300s'])
      await moved()
    })
    await kubectl(['uncordon', node])
  }),
  move(
    'helm-rollback',
    'helm upgrade that changes the pod, then helm rollback',
    async bench => {
      const [deployed] = JSON.parse(await helm(['history', 'bluecore', '--max', '1', '--output', 'json']))
      const back = () => helm(['rollback', 'bluecore', String(deployed.revision)])
      bench.afterwards(back)
      await bench.once('helm upgrade', async () => {
        const values = ['--reset-then-reuse-values', '--set', 'postgresql.resources.requests.cpu=60m']
        await helm(['upgrade', 'bluecore', chart, ...values])
        await waitForRelease(namespace)
      })
      await bench.wait(10)
      await bench.once('helm rollback', async () => {
        await back()
        await waitForRelease(namespace)
      })
    },
    2,
  ),
  {
    numbers: [32],
    name: 'second-release',
    title: 'A second release is on the same folders for 10 min, then PostgreSQL is killed',
    outcome: 'none of its servers starts; the first release goes on, and has every row',
    expected: { down: 20, restarts: 1 },
    async run(bench) {
      const second = await ownRelease('second')
      bench.afterwards(second.remove)
      await bench.during(
        'second release',
        600,
        () => second.helm(['install', 'bluecore', chart, '--set', 'misskey.replicas=1']),
        async () => {
          const started = await startedIn(second.namespace)
          if (started.length > 0) bench.miss(`the second release has started ${started.join(', ')}`)
          await second.uninstall()
        },
      )
      await killPostgres(bench)
    },
  },
]

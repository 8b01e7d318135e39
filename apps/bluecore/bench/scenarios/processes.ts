// Faults of single processes: they are killed, or stopped.
import { run } from '@bluecore/lab'
import { freezeContainer, killContainer, thawContainer } from '../../testing/containers.js'
import { mainProcess, serverProcesses } from '../processes.js'
import type { Bench, Scenario } from '../scenario.js'

/** PostgreSQL's pod, as every fault here begins. */
const database = (bench: Bench) => bench.pod('dbserver')

/** From the machine: inside the container, the kernel protects process 1. */
async function kill(pid: number | undefined): Promise<void> {
  if (!pid) throw new Error('PostgreSQL has no such process')
  await run('kill', ['-KILL', String(pid)])
}

/** Kills what is found in the pod of that UID. */
const killing = (what: string, find: (uid: string) => number | undefined) => async (bench: Bench) => {
  const uid = (await database(bench)).metadata?.uid ?? ''
  await bench.once(`${what} killed`, () => kill(find(uid)))
  await bench.wait(10)
}

/** Kills the server itself, and not the guard. */
export const killPostgres = killing('postgres', uid => mainProcess('dbserver', uid))

/** Kills process 1 of a container of the pod. */
const killingContainer = (what: string, container: string, seconds: number) => async (bench: Bench) => {
  const pod = await database(bench)
  await bench.once(`${what} killed`, () => killContainer(pod, container))
  await bench.wait(seconds)
}

/** A process that the server has started. */
function childOf(uid: string): number | undefined {
  const main = mainProcess('dbserver', uid)
  return serverProcesses().find(({ pod, parent }) => pod === uid && parent === main)?.pid
}

export const processScenarios: readonly Scenario[] = [
  {
    numbers: [1],
    name: 'server-killed',
    title: 'PostgreSQL is killed',
    outcome: 'restarted in its pod, under the same epoch',
    expected: { down: 20, restarts: 1 },
    run: killPostgres,
  },
  {
    numbers: [2],
    name: 'sidecar-killed',
    title: 'The sidecar is killed',
    outcome: 'restarted; the server goes on',
    expected: { down: 3, restarts: 0 },
    run: killingContainer('sidecar', 'health', 20),
  },
  {
    numbers: [3],
    name: 'sidecar-frozen',
    title: 'The sidecar is frozen for 60 s',
    outcome: 'the guard kills the server when the lease ends; it is back once the sidecar is',
    expected: { down: 90 },
    async run(bench) {
      const pod = await database(bench)
      const thaw = () => thawContainer(pod, 'health').catch(() => {}) // kubelet may have restarted it
      bench.afterwards(thaw)
      await bench.during('sidecar frozen', 60, () => freezeContainer(pod, 'health'), thaw)
    },
  },
  {
    numbers: [4],
    name: 'pod-frozen',
    title: 'The whole pod is frozen for 60 s',
    outcome: 'when it is thawed, the guard kills the server at once; it starts again under a valid lease',
    expected: { down: 100 },
    watch: 65,
    async run(bench) {
      const pod = await database(bench)
      const each = async (act: typeof freezeContainer) => {
        for (const container of ['health', 'postgresql']) await act(pod, container).catch(() => {})
      }
      bench.afterwards(() => each(thawContainer))
      await bench.during(
        'pod frozen',
        60,
        () => each(freezeContainer),
        () => each(thawContainer),
      )
    },
  },
  {
    numbers: [20],
    name: 'sidecar-killed-repeatedly',
    title: 'The sidecar is killed five times, at random moments',
    outcome: 'no server without a lease; all recovers by itself',
    expected: { down: 180 },
    async run(bench) {
      for (let time = 1; time <= 5; time++) {
        const pod = await database(bench).catch(() => undefined)
        if (pod)
          await bench.once(`sidecar killed (${time})`, () => killContainer(pod, 'health').catch(() => {}))
        await bench.wait(2 + Math.random() * 15)
      }
    },
  },
  {
    numbers: [22],
    name: 'guard-killed',
    title: 'The guard is killed, as the OOM killer may do',
    outcome: 'the server dies with it; restarted in its pod',
    expected: { down: 30, restarts: 1 },
    run: killingContainer('guard', 'postgresql', 10),
  },
  {
    numbers: [22],
    name: 'child-killed',
    title: 'A child process of PostgreSQL is killed, as the OOM killer may do',
    outcome: 'PostgreSQL recovers by itself, in its container',
    expected: { down: 15, restarts: 1 },
    run: killing('child', childOf),
  },
]

// Faults of the NAS and of the volumes.
import { killNode, onMounts, pauseNode, resumeNode, startNode } from '@bluecore/lab'
import { slowestAnswer } from '../../testing/containers.js'
import { type Expected, serverNames } from '../judge.js'
import type { Bench, Scenario } from '../scenario.js'

const nas = 'nas'
/** A sidecar is alive, whatever its volume does. */
const livezMs = 100

const hang = (number: number, seconds: number, outcome: string, expected: Expected): Scenario => ({
  numbers: [number],
  name: `nas-hangs-${seconds}-s`,
  title: `The NAS hangs for ${seconds} s`,
  outcome,
  expected,
  async run(bench) {
    const pods = await Promise.all(serverNames.map(bench.pod))
    let slowest: Promise<number[]> = Promise.resolve([])
    const begin = async () => {
      await pauseNode(nas)
      slowest = Promise.all(pods.map(pod => slowestAnswer(pod, seconds)))
      slowest.catch(() => {}) // told below
    }
    await bench.during('NAS hangs', seconds, begin, () => resumeNode(nas))
    const ms = Math.max(...(await slowest))
    bench.note(`/livez answered within ${ms} ms`)
    if (ms > livezMs) bench.miss(`/livez took ${ms} ms, more than ${livezMs}`)
  },
})

/** Sets a fault on the volume of PostgreSQL's pod, the lease included, for a time. */
async function onVolume(
  bench: Bench,
  label: string,
  seconds: number,
  fault: readonly string[],
): Promise<void> {
  const { metadata, spec } = await bench.pod('dbserver')
  const set = (words: readonly string[]) => onMounts(spec?.nodeName ?? '', words, metadata?.uid)
  await bench.during(
    label,
    seconds,
    () => set(fault),
    () => set(['heal']),
  )
}

const fails = (numbers: number[], errno: string, operations: string, meaning: string): Scenario => ({
  numbers,
  name: `volume-${errno.toLowerCase()}`,
  title: `The volume of PostgreSQL answers ${errno} for 30 s: ${meaning}`,
  outcome: 'the server stops, by itself or by the guard, and is back after the heal',
  expected: { down: 120 },
  run: bench => onVolume(bench, errno, 30, ['error', errno, operations]),
})

export const storageScenarios: readonly Scenario[] = [
  hang(12, 5, 'nothing is restarted', { down: 10, restarts: 0 }),
  hang(13, 9, 'nothing is restarted', { down: 14, restarts: 0 }),
  hang(14, 60, 'the guard kills the servers after 15 s; back after the heal', { down: 90, restarts: 1 }),
  {
    numbers: [15],
    name: 'nas-killed',
    title: 'The NAS is killed, and back after 10 s',
    outcome: 'nothing is restarted',
    expected: { down: 30 },
    run: bench =>
      bench.during(
        'NAS killed',
        10,
        () => killNode(nas),
        () => startNode(nas),
      ),
  },
  fails([16, 23], 'ENOSPC', 'grow', 'it is full'),
  fails([16], 'EDQUOT', 'write,flush', 'its quota is used up'),
  fails([16], 'EROFS', 'modify', 'it is read-only'),
  fails([16], 'EACCES', 'all', 'access is denied'),
  fails([16], 'ESTALE', 'all', 'its files are gone'),
  {
    numbers: [17],
    name: 'volume-slow',
    title: 'A sync of the volume of PostgreSQL takes 2.9 s',
    outcome: 'nothing is restarted',
    expected: { down: 10, restarts: 0 },
    run: bench => onVolume(bench, 'slow', 3, ['delay', '2900', 'fsync']),
  },
]

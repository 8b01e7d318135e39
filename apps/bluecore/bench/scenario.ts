import { setTimeout as sleep } from 'node:timers/promises'
import { killNode, namespace, startNode, waitFor } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { safe, unusedOff } from '../testing/keep-off.js'
import { hasRows, type Ledger, type Ledgered, type Row, startLedger } from '../testing/ledger.js'
import { waitForRelease } from '../testing/pods.js'
import { activePod } from './cluster.js'
import { byServer, type Expected, missedBy, type Result, serverNames, titles } from './judge.js'
import { Observer } from './observe.js'
import { interleaved, longestGap } from './overlap.js'
import { countPerSecond, type Timeline } from './timeline.js'

export interface Scenario {
  /** In the list of faults. */
  numbers: readonly number[]
  name: string
  title: string
  /** What should happen, in words. */
  outcome: string
  expected: Expected
  /** How long after the fault the servers are watched, in s; PostgreSQL looks every 60 s at what may have been destroyed. */
  watch?: number
  run(bench: Bench): Promise<void>
}

/** What a scenario does things with. */
export interface Bench {
  pod(server: Ledgered): Promise<V1Pod>
  /** The node on which a server runs. */
  nodeOf(server: Ledgered): Promise<string>
  /** Injects a fault, waits, and ends it. */
  during(
    label: string,
    seconds: number,
    begin: () => Promise<unknown>,
    end: () => Promise<unknown>,
  ): Promise<void>
  /** Does something that has no end of its own. */
  once(label: string, act: () => Promise<unknown>): Promise<void>
  wait(seconds: number): Promise<void>
  /** Adds a figure to the result. */
  note(text: string): void
  /** Says what is not as expected, beside what is judged of every scenario. */
  miss(text: string): void
  /** Does this after the scenario, also when it fails or is interrupted. */
  afterwards(undo: () => Promise<unknown>): void
}

/** A node is killed for a time. */
export const whileKilled = (bench: Bench, node: string, seconds: number): Promise<void> =>
  bench.during(
    `${node} killed`,
    seconds,
    () => killNode(node),
    () => startNode(node),
  )

export interface Surroundings {
  /** Undoes every fault. */
  heal(): Promise<unknown>
  progress(line: string): void
  /** What the promise gives; rejects as soon as the program is interrupted. */
  unlessStopped<T>(promise: Promise<T>): Promise<T>
}

/** Runs one scenario with clients of all servers, and judges it. The lab is healed before and afterwards. */
export async function runScenario(
  scenario: Scenario,
  { heal, progress, unlessStopped }: Surroundings,
): Promise<{ result: Result; timeline: Timeline }> {
  const wait = (seconds: number) => unlessStopped(sleep(seconds * 1_000))
  await heal()
  await unlessStopped(waitForRelease(namespace))
  for (const server of serverNames) await unlessStopped(unusedOff(safe, server))
  const ledgers = byServer(server => startLedger(server, namespace, safe))
  const observer = new Observer()
  const undo: (() => Promise<unknown>)[] = []
  const faults: { label: string; from: number; to: number }[] = []
  const notes: string[] = []
  const missed: string[] = []
  const ledgerOf = (server: Ledgered): Promise<Ledger> => ledgers[server]
  const clientsWrite = (after: number) => {
    const check = async () => {
      for (const server of serverNames) if (!(await hasRows(await ledgerOf(server), after, 5))) return false
      return true
    }
    return waitFor(check, { what: 'all clients get writes acknowledged', timeoutMs: 300_000 })
  }
  const beat = setInterval(() => progress(observer.now()), 30_000)
  try {
    await unlessStopped(clientsWrite(0))
    await observer.start()
    const begin = Date.now()
    await wait(5)
    const fault = async (label: string, act: () => Promise<unknown>) => {
      progress(label)
      const entry = { label, from: (Date.now() - begin) / 1_000, to: 0 }
      faults.push(entry)
      await act()
      entry.to = Math.max(entry.from, (Date.now() - begin) / 1_000)
    }
    const bench: Bench = {
      pod: activePod,
      nodeOf: async server => (await activePod(server)).spec?.nodeName ?? '',
      during: (label, seconds, start, end) =>
        fault(label, async () => {
          await start()
          await wait(seconds)
          await end()
        }),
      once: fault,
      wait,
      note: text => notes.push(text),
      miss: text => missed.push(text),
      afterwards: one => undo.unshift(one),
    }
    await unlessStopped(scenario.run(bench))
    await heal()
    const healed = Date.now()
    await unlessStopped(waitForRelease(namespace))
    await unlessStopped(clientsWrite(healed))
    progress('healed, all pods are Ready')
    const left = (scenario.watch ?? 5) - (Date.now() - healed) / 1_000
    if (left > 0) await wait(left)
    await observer.stop()
    const end = Date.now()

    const rows = byServer(() => [] as Row[])
    const lost = byServer(() => 0)
    for (const server of serverNames) {
      const ledger = await ledgerOf(server)
      rows[server] = (await ledger.rows()).filter(({ at }) => at <= end)
      lost[server] = (await ledger.lost()).length
    }
    const inTime = (server: Ledgered) => rows[server].filter(({ at }) => at > begin)
    const result: Result = {
      name: scenario.name,
      date: new Date(begin).toISOString(),
      down: byServer(server => Math.round(longestGap(rows[server], begin, end) / 100) / 10),
      restarts: byServer(server => new Set(inTime(server).map(({ writer }) => writer)).size - 1),
      acknowledged: byServer(server => rows[server].length),
      lost,
      overlap: byServer(server =>
        Math.max(observer.overlap(server), ...interleaved(rows[server]).map(({ from, to }) => to - from)),
      ),
      notes,
      missed: [],
    }
    result.missed = [...missed, ...missedBy(scenario.expected, result)]
    const seconds = (end - begin) / 1_000
    const timeline: Timeline = {
      title: scenario.title,
      seconds,
      faults,
      lanes: observer.lanes(begin, end),
      ledgers: serverNames.map(server => ({
        label: `${titles[server]}, writes/s`,
        perSecond: countPerSecond(
          rows[server].map(({ at }) => (at - begin) / 1_000),
          seconds,
        ),
      })),
    }
    return { result, timeline }
  } finally {
    clearInterval(beat)
    await observer.stop()
    for (const one of undo) await one().catch((error: Error) => progress(`afterwards: ${error.message}`))
    await heal().catch((error: Error) => progress(`heal: ${error.message}`))
    const removed = Object.values(ledgers).map(async ledger => (await ledger).remove())
    await Promise.allSettled(removed)
  }
}

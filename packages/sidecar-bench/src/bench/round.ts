import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@bluecore/sidecar/testing'
import { load } from '../http.js'
import { cpuMs, descendantsOf, memory } from '../proc.js'
import { type Command, type Running, start } from '../process.js'
import type { Server } from '../server.js'
import { quantile } from '../statistics.js'
import { growth } from './growth.js'
import { execProbe, httpProbe, type ProbeCost, runtimeCost } from './probes.js'
import type { Samples, Subject } from './samples.js'

export interface Contestant {
  server: Server
  subject: Exclude<Subject, 'exec'>
  command(port: number): Command
}

export interface RoundOptions {
  idleSeconds: number
  /** Told of what begins. */
  progress(line: string): void
}

const starts = 3
const loadSeconds = 3

/** Everything once, each kind of figure for one contestant after the other: what disturbs the machine disturbs all. */
export async function round(contestants: readonly Contestant[], samples: Samples, options: RoundOptions) {
  const { idleSeconds, progress } = options
  const lanes = contestants.map(contestant => ({ ...contestant, running: undefined as Running | undefined }))
  progress('cold starts')
  for (let number = 0; number < starts; number++)
    for (const lane of lanes) {
      await lane.running?.stop()
      const port = await freePort()
      lane.running = start(lane.command(port), port)
      const add = (figures: Record<string, number>) => samples.add(lane.server.name, lane.subject, figures)
      add({ coldMs: await lane.running.firstOk('/metrics') })
      if (lane.subject === 'sidecar') add({ readyMs: await lane.running.firstOk('/readyz') })
    }
  const ready = lanes.map(lane => ({ ...lane, running: lane.running as Running }))
  const each = async (work: (lane: (typeof ready)[number]) => Promise<Record<string, number>>) => {
    for (const lane of ready) samples.add(lane.server.name, lane.subject, await work(lane))
  }

  progress(`nobody asks for ${idleSeconds} s`)
  const before = ready.map(({ running }) => cpuMs(running.pid))
  await pause(idleSeconds * 1_000)
  ready.forEach(({ server, subject, running }, index) => {
    const cpu = (cpuMs(running.pid) - (before[index] as number)) / idleSeconds
    samples.add(server.name, subject, { restCpu: cpu, ...memoryFigures('idle', running.pid) })
  })

  progress('probes')
  const runtime = await runtimeCost(ready.map(({ server }) => server))
  for (const { server, subject, running } of ready) {
    if (subject !== 'sidecar') continue
    samples.add(server.name, 'sidecar', probeFigures(await httpProbe(running, server)))
    samples.add(server.name, 'exec', probeFigures({ ...(await execProbe(server)), runtime }))
  }
  for (const connections of [1, 10]) {
    progress(`/metrics on ${connections} connections`)
    await each(async ({ running }) => {
      const times = await load(`${running.url}/metrics`, connections, loadSeconds)
      const figure = (name: string, part: number) => [`${name}At${connections}`, quantile(times, part)]
      return Object.fromEntries([figure('p50', 0.5), figure('p99', 0.99)])
    })
  }
  progress('0, 1 and 100 scrapers')
  await each(({ running, server }) => growth(running, server))
  await each(async ({ running }) => memoryFigures('loaded', running.pid))
  for (const { running } of ready) await running.stop()
}

function probeFigures({ client, sidecar, server, runtime }: ProbeCost): Record<string, number> {
  const parts = { probeClient: client, probeSidecar: sidecar, probeServer: server }
  const probe = client + sidecar + server + (runtime ?? 0)
  return { ...parts, probe, ...(runtime !== undefined && { probeRuntime: runtime }) }
}

/** In MiB. The storage canary writes from a process of its own. */
function memoryFigures(when: string, pid: number): Record<string, number> {
  const { rss, pss, anonymous } = memory(pid)
  const children = descendantsOf(pid).reduce((sum, child) => sum + memory(child).rss, 0)
  return {
    [`${when}Rss`]: rss,
    [`${when}Pss`]: pss,
    [`${when}Anonymous`]: anonymous,
    [`${when}Children`]: children,
  }
}

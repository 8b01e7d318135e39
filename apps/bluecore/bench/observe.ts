// What happens during a scenario, sampled by one clock: pods as the API server knows them, processes as the machine has them,
// and the claims of the leases as the NAS has them.
import { setTimeout as sleep } from 'node:timers/promises'
import { podReady } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import type { Ledgered } from '../testing/ledger.js'
import { onNas } from '../testing/own-release.js'
import { allServerPods, serverOf } from './cluster.js'
import { byServer, serverNames, titles } from './judge.js'
import { type Alive, bothAlive } from './overlap.js'
import { type ServerProcess, serverProcesses } from './processes.js'
import { type Lane, type State, spansOf } from './timeline.js'

interface Known {
  server: Ledgered
  node: string
  name: string
  samples: { at: number; state: State | undefined }[]
}

interface Claim {
  at: number
  server: Ledgered
  epoch: number
  /** `POD on NODE`. */
  holder: string
}

export class Observer {
  /** By the pods' UIDs. */
  readonly #pods = new Map<string, Known>()
  readonly #alive = byServer((): Alive[] => [])
  readonly #claims: Claim[] = []
  #listed: V1Pod[] = []
  #ended = false
  readonly #loops: Promise<unknown>[] = []

  /** Looks once, and from then on until `stop`. */
  async start(): Promise<void> {
    await this.#list()
    await this.#readClaims()
    this.#loops.push(
      this.#every(500, async () => this.#sample()),
      this.#every(1_000, () => this.#list()),
      this.#every(1_000, () => this.#readClaims()),
    )
  }

  async stop(): Promise<void> {
    this.#ended = true
    await Promise.all(this.#loops)
  }

  /** Time in ms during which two servers lived on a volume. */
  overlap(server: Ledgered): number {
    return bothAlive(this.#alive[server])
  }

  /** A lane for each pod, times in s since `begin`. */
  lanes(begin: number, end: number): Lane[] {
    const second = (at: number) => Math.max(0, (at - begin) / 1_000)
    return serverNames.flatMap(server =>
      [...this.#pods.values()]
        .filter(pod => pod.server === server)
        .map(({ node, name, samples }) => ({
          label: `${titles[server]}, ${node}`,
          spans: spansOf(
            samples
              .filter(({ at }) => at >= begin && at <= end)
              .map(({ at, state }) => ({ at: second(at), state })),
            second(end),
          ),
          marks: this.#claims
            .filter(
              claim => claim.server === server && claim.holder.startsWith(`${name} `) && claim.at <= end,
            )
            .map(({ at, epoch }) => ({ at: second(at), text: `epoch ${epoch}` })),
        }))
        .filter(({ spans }) => spans.length > 0),
    )
  }

  /** What each server does now, for a line of progress. */
  now(): string {
    return serverNames
      .map(server => {
        const states = [...this.#pods.values()].flatMap(({ server: of, node, samples }) => {
          const state = samples.at(-1)?.state
          return of === server && state ? [`${state} on ${node}`] : []
        })
        return `${titles[server]} ${states.join(' and ') || 'has no pod'}`
      })
      .join(', ')
  }

  async #every(ms: number, look: () => Promise<unknown>): Promise<void> {
    while (!this.#ended) {
      // A fault may take away whom it asks: that shows in what it last knew.
      await Promise.race([look().catch(() => {}), sleep(5_000, undefined, { ref: false })])
      await sleep(ms)
    }
  }

  async #list(): Promise<void> {
    this.#listed = await allServerPods()
    for (const pod of this.#listed) {
      const uid = pod.metadata?.uid ?? ''
      const server = serverOf(pod)
      const node = pod.spec?.nodeName
      if (!server || !node || this.#pods.has(uid)) continue
      this.#pods.set(uid, { server, node, name: pod.metadata?.name ?? '', samples: [] })
    }
  }

  #sample(): void {
    const at = Date.now()
    const processes = serverProcesses()
    for (const server of serverNames) {
      const live = processes.filter(process => process.server === server && process.state === 'live')
      this.#alive[server].push({ at, pods: [...new Set(live.map(({ pod }) => pod))] })
    }
    for (const [uid, { samples, server }] of this.#pods) {
      const own = processes.filter(process => process.pod === uid && process.server === server)
      const listed = this.#listed.find(pod => pod.metadata?.uid === uid)
      samples.push({ at, state: stateOf(own, listed) })
    }
  }

  async #readClaims(): Promise<void> {
    const lines = await onNas('sh', '-c', newestClaims, 'sh', ...serverNames)
    const at = Date.now()
    for (const line of lines.split('\n')) {
      const [, server, text = ''] = /^(\w+) +(\{.*\})$/.exec(line) ?? []
      if (!server) continue
      const { epoch, holder } = JSON.parse(text)
      const last = this.#claims.findLast(claim => claim.server === server)
      if (last?.epoch !== epoch) this.#claims.push({ at, server: server as Ledgered, epoch, holder })
    }
  }
}

const newestClaims = `for server; do
  newest=$(ls -v /bluecore/$server/.bluecore-lease/claim.* 2> /dev/null | tail -n 1)
  [ -z "$newest" ] || echo "$server $(cat "$newest")"
done`

function stateOf(own: readonly ServerProcess[], listed: V1Pod | undefined): State | undefined {
  if (own.some(({ state }) => state === 'live')) return listed && podReady(listed) ? 'ready' : 'running'
  if (own.length > 0) return own.some(({ state }) => state === 'frozen') ? 'frozen' : 'killed'
  return listed ? 'waiting' : undefined
}

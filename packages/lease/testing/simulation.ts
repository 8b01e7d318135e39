import type {
  Action,
  Answer,
  Claim,
  Config,
  Event,
  Heartbeat,
  Operation,
  State,
  VolumeOperation,
} from '../src/protocol.js'
import { dueAt, initial, step } from '../src/step.js'
import type { Timings } from '../src/timings.js'

// A volume, and pods on machines of their own that want it, in virtual time: all that may go wrong happens at moments that a
// seed decides. What a server does is reduced to being alive.

/** Something that happens to a pod, in ms of the simulation's time. */
export interface Fault {
  at: number
  pod: number
  kind:
    | 'freeze' // the sidecar's process, for `ms`
    | 'crash' // the sidecar's process; it is started again after `ms`
    | 'freeze-guard' // for as long as the guard may be late at most
    | 'cut' // the pod from the volume, for `ms`: what it sends arrives afterwards
    | 'stop' // kubelet stops the pod in order; another one replaces it after `ms`
    | 'power-off' // the machine; another pod replaces it after `ms`
    | 'replace' // Kubernetes gives the pod up and replaces it; cut off from the API server, it knows nothing of it
    | 'forget' // the NAS crashes, is away for `rebootMs`, and has lost what it was told in the last `ms`: an async export
    | 'remove' // somebody removes the lease from the volume
  ms: number
}

export interface Options {
  timings: Timings
  /** Speed of each machine's clock: 1.1 is fast. Its length is the number of pods at a time. */
  rates: readonly number[]
  seed: number
  faults: readonly Fault[]
  lengthMs: number
  /** The volume always answers quickly. */
  calm?: boolean
  /** The site has a fence. */
  fences?: boolean
  /** Breaks the protocol on purpose. */
  mutation?: 'no-guard' | 'heartbeat-not-read-again' | 'claim-not-read-again' | 'fence-without-effect'
}

export interface Run {
  /** From the start of a server to its death or until it is fenced, in ms; after a fence it counts anew. */
  /** @property inOrder how it ended */
  servers: { epoch: number; pod: string; from: number; to: number; inOrder?: boolean }[]
  claims: { epoch: number; pod: string; at: number }[]
}

interface Volume {
  claims: Map<number, Claim>
  beats: Map<string, Heartbeat>
  asks: Map<string, string>
  /** Of the folder's modification time. */
  changes: number
}

const owner = { id: 'ours', name: 'the release' }
const stepMs = 50
/** A machine that loses its memory takes longer to start than a lease lasts. */
const rebootMs = 20_000

/** @returns what has happened; the caller judges it */
export function simulate(options: Options): Run {
  const random = generator(options.seed)
  const run: Run = { servers: [], claims: [] }
  const volume: Volume = { claims: new Map(), beats: new Map(), asks: new Map(), changes: 0 }
  const history: { at: number; claims: Volume['claims']; beats: Volume['beats'] }[] = []
  let now = 0
  let started = 0
  let awayUntil = 0
  /** By machine. */
  const fencedUntil = new Map<number, number>()

  class Pod {
    readonly config: Config
    state: State = initial()
    /** In memory that outlives the sidecar. */
    permit = { epoch: 0, deadline: 0, taken: 0, yielding: false }
    server: Run['servers'][number] | undefined
    /** The epoch whose server has ended in order. */
    ended = 0
    frozenUntil = 0
    downUntil = 0
    guardFrozenUntil = 0
    cutUntil = 0
    gone = false
    stopping = false
    /** The sidecar has been asked to stop. */
    told = false
    /** The operation that the volume has not carried out yet, and the answer that is on its way back. */
    request: { operation: Operation; at: number } | undefined
    reply: { answer: Answer; at: number } | undefined

    constructor(readonly machine: number) {
      const nonce = `pod-${started++}`
      this.config = {
        timings: options.timings,
        owner,
        nonce,
        holder: nonce,
        member: `member-${machine}`,
        address: String(machine),
        fences: options.fences ?? false,
      }
    }

    fenced = () => now < (fencedUntil.get(this.machine) ?? 0)

    /** Clocks differ in speed and in when they began. */
    clock = () => (this.machine + 1) * 1_000_000 + now * (options.rates[this.machine] ?? 1)

    tick() {
      if (this.gone) return
      this.guard()
      this.disk()
      if (now < this.frozenUntil || now < this.downUntil) return
      if (this.reply && now >= this.reply.at) {
        const { answer } = this.reply
        this.reply = undefined
        this.happen({ name: 'answer', answer })
      } else if (this.state.yieldingTo && this.ended === this.state.epoch) this.happen({ name: 'yield' })
      else if (this.clock() >= dueAt(this.state)) this.happen({ name: 'tick' })
    }

    happen(event: Event) {
      const [state, actions] = step(this.config, this.state, event, this.clock())
      this.state = state
      for (const action of actions) this.act(action)
    }

    act(action: Action) {
      if (action.name === 'operate') this.request = { operation: action.operation, at: now + latency() }
      if (action.name === 'permit') this.permit = { ...action }
      if (action.name === 'revoke') this.permit = { ...this.permit, deadline: 0 }
      if (action.name === 'end') this.gone = true
    }

    guard() {
      if (now < this.guardFrozenUntil) return
      const permitted = this.clock() < this.permit.deadline
      if (this.server) {
        const over = !permitted || this.permit.epoch !== this.server.epoch
        if (over && options.mutation !== 'no-guard') this.die()
        else this.writes(this.server)
        if ((this.stopping || this.permit.yielding) && this.server && random() < 0.05) {
          this.server.inOrder = true
          this.ended = this.server.epoch
          this.die()
          if (this.stopping) {
            this.told = true
            this.happen({ name: 'stop', clean: true })
          }
        }
      } else if (permitted && !this.stopping && !this.permit.yielding) {
        this.ended = 0
        this.server = { epoch: this.permit.epoch, pod: this.config.nonce, from: now, to: now - stepMs }
        this.writes(this.server)
      } else if (this.stopping && !this.told) this.happen({ name: 'stop', clean: false })
    }

    /** It is alive; behind a fence it may be, as nothing of it reaches the volume. */
    writes(server: Run['servers'][number]) {
      if (this.fenced()) return
      if (server.to < now) {
        this.server = { ...server, from: now }
        run.servers.push(this.server)
      }
      ;(this.server ?? server).to = now + stepMs
    }

    die() {
      if (this.server && !this.fenced()) this.server.to = now
      this.server = undefined
    }

    disk() {
      if (!this.request || now < this.request.at) return
      const { operation } = this.request
      // The fence does not stand on the volume's way, and is there when the volume is not.
      if (operation.name === 'fence') {
        this.request = undefined
        if (options.mutation !== 'fence-without-effect')
          fencedUntil.set(Number(operation.address), now + operation.ms)
        this.reply = {
          answer: random() < 0.1 ? { failed: 'no answer' } : { fenced: true },
          at: now + latency(),
        }
        return
      }
      if (now < this.cutUntil || now < awayUntil || this.fenced()) return
      this.request = undefined
      const answer = carryOut(volume, this.config, operation, options.mutation)
      if (operation.name === 'claim' && 'holds' in answer && answer.holds)
        run.claims.push({ epoch: operation.epoch, pod: this.config.nonce, at: now })
      // Carried out, and yet an error: a reply that was lost.
      this.reply = {
        answer: !options.calm && random() < 0.03 ? { failed: 'EIO' } : answer,
        at: now + latency(),
      }
    }

    suffer({ kind, ms }: Fault) {
      const until = now + ms
      if (kind === 'freeze') this.frozenUntil = until
      if (kind === 'freeze-guard') this.guardFrozenUntil = now + Math.min(ms, options.timings.kill * 0.8)
      if (kind === 'cut') this.cutUntil = until
      // What it has asked of the volume is carried out all the same, and nobody hears the answer.
      const sent = this.request
      if ((kind === 'crash' || kind === 'power-off') && sent) {
        const at = Math.max(sent.at, this.cutUntil)
        if (sent.operation.name !== 'fence')
          orphans.push({ machine: this.machine, config: this.config, operation: sent.operation, at })
        this.request = undefined
      }
      if (kind === 'crash') {
        this.downUntil = until
        this.reply = undefined
        this.state = initial(this.permit)
      }
      if (kind === 'power-off') {
        this.die()
        this.gone = true
      }
      if (kind === 'stop') this.stopping = true
      if (kind === 'replace') pods.push(new Pod(this.machine))
      if (kind === 'power-off' || kind === 'stop') replacements.push({ machine: this.machine, at: until })
    }
  }

  /** Mostly some ms, at times seconds. */
  const latency = () => (options.calm || random() < 0.95 ? random() * 100 : random() * 20_000)
  const replacements: { machine: number; at: number }[] = []
  const orphans: { machine: number; config: Config; operation: VolumeOperation; at: number }[] = []
  const pods = options.rates.map((_, machine) => new Pod(machine))
  const faults = [...options.faults].sort((a, b) => a.at - b.at)

  for (; now < options.lengthMs; now += stepMs) {
    while (faults[0] && faults[0].at <= now) {
      const fault = faults.shift() as Fault
      if (fault.kind === 'forget') forget(fault.ms)
      else if (fault.kind === 'remove') {
        volume.claims.clear()
        volume.changes++
      } else pods.findLast(pod => pod.machine === fault.pod % options.rates.length)?.suffer(fault)
    }
    const arrives = ({ at, machine }: (typeof orphans)[number]) =>
      at <= now && now >= awayUntil && now >= (fencedUntil.get(machine) ?? 0)
    for (const orphan of orphans.filter(arrives)) {
      orphans.splice(orphans.indexOf(orphan), 1)
      carryOut(volume, orphan.config, orphan.operation, options.mutation)
    }
    for (const next of replacements.filter(({ at }) => at <= now)) {
      replacements.splice(replacements.indexOf(next), 1)
      pods.push(new Pod(next.machine))
    }
    for (const pod of pods) pod.tick()
    if (now % 500 === 0)
      history.push({ at: now, claims: new Map(volume.claims), beats: new Map(volume.beats) })
  }
  return run

  function forget(ms: number) {
    const before = history.findLast(({ at }) => at <= now - ms)
    volume.claims = new Map(before?.claims)
    volume.beats = new Map(before?.beats)
    volume.changes++
    awayUntil = now + rebootMs
  }
}

/** What packages/lease/src/files.ts does on a volume. */
function carryOut(
  volume: Volume,
  self: Config,
  operation: VolumeOperation,
  mutation: Options['mutation'],
): Answer {
  if (operation.name === 'look') {
    const claim = volume.claims.get(Math.max(0, ...volume.claims.keys()))
    if (!claim) return { view: { empty: false, changed: volume.changes } }
    const heartbeat = volume.beats.get(`${claim.epoch}.${claim.nonce}`)
    const still = { epoch: claim.epoch, beat: 0, released: false }
    const seen = mutation === 'heartbeat-not-read-again' ? still : heartbeat
    return { view: { claim, empty: false, ...(seen && { heartbeat: seen }) } }
  }
  const { epoch } = operation
  if (operation.name === 'ask') {
    volume.asks.set(`${epoch}.${operation.nonce}`, self.holder)
    return { asked: true }
  }
  const key = `${epoch}.${self.nonce}`
  if (operation.name === 'claim') {
    if (!volume.claims.has(epoch)) {
      const { nonce, holder, member, address } = self
      volume.claims.set(epoch, {
        epoch,
        owner: self.owner,
        nonce,
        holder,
        member,
        ...(address && { address }),
      })
      volume.beats.set(key, { epoch, beat: 0, released: false })
      volume.changes++
    }
  }
  const ours = volume.claims.get(epoch)?.nonce === self.nonce && !volume.claims.has(epoch + 1)
  if (operation.name === 'claim') {
    const followed = operation.after === undefined || volume.claims.get(epoch - 1)?.nonce === operation.after
    if (!ours || !followed) return { holds: false }
    for (const old of volume.claims.keys()) if (old < epoch - 1) volume.claims.delete(old)
    return { holds: true }
  }
  if (operation.name === 'renew' && !ours && mutation !== 'claim-not-read-again') return { holds: false }
  volume.beats.set(key, { epoch, beat: operation.beat, released: operation.name === 'release' })
  if (operation.name === 'release') return { released: true }
  const askedBy = volume.asks.get(key)
  return { holds: true, ...(askedBy && { askedBy }) }
}

/** mulberry32: small, and the same numbers everywhere. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

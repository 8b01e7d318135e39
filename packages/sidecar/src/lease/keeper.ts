import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Action,
  type Answer,
  type Config,
  dueAt,
  type Event,
  initial,
  type Operation,
  profiles,
  type State,
  step,
} from '@bluecore/lease'
import type { Logger } from 'pino'
import type { StorageIo } from '../storage/io.js'
import { type FenceSpec, fence } from './fence.js'

/** Keeps the lease of the volume for the server in the pod's other container. */
export interface Keeper {
  state(): State
  /** The epoch under which this pod may run its server. Another epoch is another process of it. */
  serverEpoch(): number | undefined
  /** How long ago the last good renewal started, in ms. */
  ageMs(): number
  /** The holder, while this pod waits beside it to take over: it renews, and belongs to another member. */
  standbyOf(): string | undefined
  /** @param listener to be called when this pod holds the lease, under another epoch, or no longer */
  onChange(listener: () => void): void
  /**
   * Releases the lease if the guard says that nothing of the server is left, so that the next pod need not wait; otherwise
   * it ends by itself.
   */
  stop(): void
}

export interface KeeperSpec extends Omit<Config, 'nonce' | 'timings' | 'fences'> {
  /** On the volume. */
  folder: string
  /** In memory, shared with the guard, and kept when this process is started again. */
  permits: string
  profile: keyof typeof profiles
  fence?: FenceSpec
}

/** How often the guard's files are read while the server is to stop for another pod. */
const yieldMs = 200

/** Starts at once; the volume may be slow, or not there. */
export function keepLease(spec: KeeperSpec, io: Pick<StorageIo, 'ask'>, log: Logger): Keeper {
  const { folder, permits, profile, fence: site, ...rest } = spec
  const timings = profiles[profile]
  const config: Config = { ...rest, timings, nonce: nonceIn(permits), fences: site !== undefined }
  const { owner, nonce, holder, member, address } = config
  const self = { owner, nonce, holder, member, ...(address && { address }) }
  let state = initial(permitIn(permits))
  let timer: NodeJS.Timeout | undefined
  let changed = () => {}

  function happen(event: Event) {
    const before = state
    const [after, actions] = step(config, before, event, bootTimeMs())
    state = after
    for (const action of actions) act(action)
    schedule()
    tell(log, before, after)
    if (before.role !== after.role || before.epoch !== after.epoch) changed()
  }

  /** Anew after each step. A timer does not count a suspended machine's sleep: the step is late then, the guard is not. */
  function schedule() {
    clearTimeout(timer)
    const waitMs = state.yieldingTo ? yieldMs : dueAt(state) - bootTimeMs()
    if (waitMs < Number.POSITIVE_INFINITY) timer = setTimeout(look, Math.max(0, waitMs))
  }

  function look() {
    happen({ name: state.yieldingTo && isClean(permits, state) ? 'yield' : 'tick' })
  }

  function act(action: Action) {
    if (action.name === 'operate') {
      carryOut(action.operation)
        .catch((error: Error): Answer => ({ failed: error.message }))
        .then(answer => happen({ name: 'answer', answer }))
    }
    if (action.name === 'permit') permit(permits, action)
    if (action.name === 'revoke') permit(permits, { ...state, deadline: 0, yielding: false })
  }

  async function carryOut(operation: Operation): Promise<Answer> {
    if (operation.name !== 'fence') return await io.ask({ folder, self, operation })
    if (!site) throw new Error('the site has no fence')
    log.warn(
      { holder: operation.holder, address: operation.address },
      'the holder is silent: fencing its node',
    )
    return await fence(site, operation, timings.operation)
  }

  look()
  return {
    state: () => state,
    serverEpoch: () => (state.role === 'holder' ? state.epoch : undefined),
    ageMs: () => bootTimeMs() - state.renewedAt,
    standbyOf() {
      const { role, renewal } = state
      const alive = renewal && bootTimeMs() - renewal.at < config.timings.stale
      return role === 'candidate' && alive && renewal.member !== member ? renewal.holder : undefined
    },
    onChange(listener) {
      changed = listener
    },
    stop: () => happen({ name: 'stop', clean: isClean(permits, state) }),
  }
}

/**
 * The clock of the lease, in ms: it also counts while the machine is suspended, nobody can set it, and the guard reads the same
 * one. @see proc_uptime(5)
 */
function bootTimeMs(): number {
  return Number.parseFloat(readFileSync('/proc/uptime', 'utf8')) * 1000
}

/** Names this pod: made once, so that a sidecar that is started again goes on with the claim of the one before. */
function nonceIn(permits: string): string {
  const path = join(permits, 'nonce')
  if (!existsSync(path)) replace(path, randomUUID())
  return readFileSync(path, 'utf8')
}

type Permit = Omit<Extract<Action, { name: 'permit' }>, 'name'>

function permitIn(permits: string): Pick<State, 'epoch' | 'deadline' | 'taken'> {
  const [epoch = 0, deadline = 0, taken = 0] = textOf(permits, 'permit').split(' ').map(Number)
  return { epoch, deadline: deadline * 10, taken }
}

/** In 1/100 s and rounded down: that is how /proc/uptime shows time, and the shell that reads it knows no fractions. */
function permit(permits: string, { epoch, deadline, taken, yielding }: Permit) {
  replace(join(permits, 'permit'), `${epoch} ${Math.floor(deadline / 10)} ${taken} ${Number(yielding)}\n`)
}

function replace(path: string, text: string) {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

/** The guard says that the server has ended, and after a take-over, take-over.sh that the server's files are copies. */
function isClean(permits: string, { epoch, taken }: State): boolean {
  const says = (name: string, of: number) => textOf(permits, name).trim() === String(of)
  return says('ended', epoch) && (taken === 0 || says('copied', taken))
}

function textOf(folder: string, name: string): string {
  const path = join(folder, name)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function tell(log: Logger, before: State, { role, epoch, foreign, failure, yieldingTo, fenced }: State) {
  if (fenced && fenced !== before.fenced)
    log.warn({ epoch: fenced.epoch }, 'the node of the silent holder is fenced: taking over')
  if (yieldingTo && !before.yieldingTo)
    log.warn(
      { epoch, to: yieldingTo },
      'another pod of this Deployment asks for the lease: stopping the server',
    )
  if (failure && failure !== before.failure)
    log.warn({ failure }, 'the lease could not be renewed or watched')
  if (role === before.role && epoch === before.epoch) return
  if (role === 'holder') log.info({ epoch }, 'holds the lease of the volume')
  else if (role === 'refused')
    log.error({ owner: foreign?.owner, epoch }, 'the volume belongs to another release')
  else if (before.role === 'holder' && role === 'candidate')
    log.error({ epoch: before.epoch }, 'lost the lease')
  else log.info({ role, epoch }, 'does not hold the lease of the volume')
}

import type { Action, Answer, Claim, Config, Event, Operation, State, View } from './protocol.js'
import { drift, fenceMs } from './timings.js'

/**
 * The lease of one pod as a state machine without clock, volume or processes. docs/one-writer.md has the argument why no two
 * servers ever write; in short: a server runs only until the start of its last good renewal + lease, and nobody else starts
 * one unless the heartbeat that it saw was still there, unchanged, window later.
 */

/**
 * @param kept what the pod had before this process was started again: the server that it permitted may still run
 */
export function initial(kept?: { epoch: number; deadline: number; taken: number }): State {
  const { epoch = 0, deadline = 0, taken = 0 } = kept ?? {}
  return {
    role: deadline > 0 ? 'holder' : 'candidate',
    epoch,
    deadline,
    taken,
    renewedAt: 0,
    nextAt: 0,
    stopping: false,
    held: epoch > 0,
    ...(epoch > 0 && { dead: { epoch, at: 0 } }), // its guard runs one server at a time
    yielded: 0,
    asked: 0,
  }
}

/** @param now of the boot-time clock, in ms: it counts a suspended machine's sleep, and wall time changes do not move it */
export function step(config: Config, before: State, event: Event, now: number): [State, Action[]] {
  const state = { ...before }
  const actions: Action[] = []
  if (state.role === 'holder' && !state.stopping && now >= state.deadline)
    lose(config, state, state.deadline, actions)
  if (event.name === 'answer') answered(config, state, event.answer, now, actions)
  if (event.name === 'stop') stop(state, event.clean, actions)
  if (event.name === 'yield' && state.role === 'holder' && state.yieldingTo && !state.stopping)
    release(state, actions)
  if (!state.running && state.role !== 'ended') {
    const operation = due(state, now)
    if (operation) start(state, operation, now, actions)
  }
  return [state, actions]
}

/**
 * When the next step is due by time alone, in ms of the clock that `step` is given: an operation, or the end of the lease.
 * Infinite when only an answer, or nothing, can come.
 */
export function dueAt(state: State): number {
  if (state.role === 'ended') return Number.POSITIVE_INFINITY
  const ends = state.role === 'holder' && !state.stopping ? state.deadline : Number.POSITIVE_INFINITY
  return state.running ? ends : Math.min(ends, state.nextAt)
}

function due(state: State, now: number): Operation | undefined {
  if (state.stopping) return { name: 'release', epoch: state.epoch, beat: Math.floor(now) }
  if (now < state.nextAt) return undefined
  return state.role === 'holder'
    ? { name: 'renew', epoch: state.epoch, beat: Math.floor(now) }
    : { name: 'look', atLeast: state.epoch }
}

function start(state: State, operation: Operation, now: number, actions: Action[]) {
  state.running = { operation, since: now }
  actions.push({ name: 'operate', operation })
}

function answered(config: Config, state: State, answer: Answer, now: number, actions: Action[]) {
  if (!state.running) return
  const { operation, since } = state.running
  delete state.running
  delete state.failure
  state.nextAt = since + config.timings.renew
  if ('failed' in answer) {
    state.failure = answer.failed
    if (operation.name !== 'fence') delete state.watched // what the fence says is no word about the volume
    return
  }
  if ('view' in answer) looked(config, state, answer.view, since, now, actions)
  else if ('released' in answer) gaveUp(state, actions)
  else if ('fenced' in answer && operation.name === 'fence') {
    const { epoch, nonce, ms } = operation
    state.fenced = { epoch, nonce, until: since + ms * (1 - drift) }
    state.nextAt = now
  } else if ('holds' in answer && operation.name === 'claim')
    claimed(config, state, operation, answer.holds, since, now, actions)
  else if ('holds' in answer && operation.name === 'renew')
    renewed(config, state, operation.epoch, answer, since, now, actions)
}

/** A heartbeat may be judged only by what has been seen between two of our own moments, never by another machine's time. */
function looked(config: Config, state: State, view: View, since: number, now: number, actions: Action[]) {
  const { claim, heartbeat } = view
  state.epoch = claim?.epoch ?? 0
  const { owner } = config
  if (claim && claim.owner.id !== owner.id && claim.owner.id !== config.takeOverFrom) {
    state.role = 'refused'
    state.foreign = claim
    delete state.watched
    return
  }
  state.role = 'candidate'
  delete state.foreign

  // What was seen long ago may not be so any more: somebody may have removed the claim, and another candidate wait.
  if (now - since > config.timings.operation) {
    delete state.watched
    return
  }
  const ours = claim?.nonce === config.nonce
  const released = heartbeat?.released === true && heartbeat.epoch === claim?.epoch
  const given = released && state.yielded === claim?.epoch
  const ended = ours && state.dead?.epoch === claim?.epoch && since >= (state.dead?.at ?? 0)
  if (claim ? (released || ended) && !given : view.empty) {
    take(state, claim, now, ours ? state.taken : 0, actions)
    return
  }
  if (claim && isFenced(state, claim, now)) {
    take(state, claim, now, claim.epoch + 1, actions)
    return
  }
  const mark = JSON.stringify([claim?.epoch, claim?.nonce, heartbeat, view.changed])
  if (state.watched?.mark === mark) {
    const { silence, window } = config.timings
    const seen = state.watched.since
    const silentMs = since - seen
    if (silentMs >= window) {
      take(state, claim, now, claim ? claim.epoch + 1 : 0, actions)
      return
    }
    if (claim && silentMs >= silence) fence(config, state, claim, now, actions)
    // The look that decides is not up to renew late.
    state.nextAt = Math.min(
      state.nextAt,
      seen + (config.fences && claim && silentMs < silence ? silence : window),
    )
    return
  }
  const renews = state.watched !== undefined && claim?.owner.id === owner.id && !ours
  state.watched = { mark, since: now }
  if (!renews) return
  state.renewal = { at: now, holder: claim.holder, member: claim.member }
  if (claim.member === config.member) ask(state, claim, now, actions)
}

/**
 * There is one pod of a member at a time, so Kubernetes has given up the one that holds the lease, and it does not know: it
 * reaches the volume, but not the API server. Only a pod that has never held the lease asks, once for an epoch: two pods of a
 * member that both live would pass it to and fro.
 */
function ask(state: State, { epoch, nonce }: Claim, now: number, actions: Action[]) {
  if (state.held || state.asked === epoch) return
  state.asked = epoch
  start(state, { name: 'ask', epoch, nonce }, now, actions)
}

/** A claim of the same name may be made anew when somebody has removed the lease: hence the time. */
function isFenced({ fenced }: State, { epoch, nonce }: Claim, now: number): boolean {
  return fenced?.epoch === epoch && fenced.nonce === nonce && now < fenced.until
}

/** Not our own node: it would keep us from the volume, too. */
function fence(config: Config, state: State, claim: Claim, now: number, actions: Action[]) {
  const { epoch, nonce, address, holder } = claim
  if (!config.fences || !address || address === config.address) return
  start(state, { name: 'fence', epoch, nonce, address, holder, ms: fenceMs(config.timings) }, now, actions)
}

function take(state: State, claim: Claim | undefined, now: number, taken: number, actions: Action[]) {
  delete state.watched
  state.taken = taken
  const after = claim && { after: claim.nonce }
  start(state, { name: 'claim', epoch: state.epoch + 1, ...after }, now, actions)
}

function claimed(
  config: Config,
  state: State,
  { epoch, after }: Extract<Operation, { name: 'claim' }>,
  won: boolean,
  since: number,
  now: number,
  actions: Action[],
) {
  state.epoch = epoch
  state.nextAt = won ? since + config.timings.renew : now
  // Won too late to be of use. Without a claim before it that was still there, somebody may also have removed the claim of another
  // pod meanwhile, whose server may still run. It is then watched as any other, until it has been silent for the window.
  const { lease, operation } = config.timings
  if (!won || now - since >= (after ? lease : operation)) return
  state.role = 'holder'
  state.held = true
  delete state.renewal
  permit(config, state, since, actions)
}

function renewed(
  config: Config,
  state: State,
  epoch: number,
  { holds, askedBy }: Extract<Answer, { holds: boolean }>,
  since: number,
  now: number,
  actions: Action[],
) {
  // Too late: the deadline has passed, and a candidate may have seen the heartbeat for the last time before this one.
  if (state.role !== 'holder' || state.epoch !== epoch) return
  if (!holds) {
    lose(config, state, now, actions)
    return
  }
  if (askedBy) state.yieldingTo = askedBy
  permit(config, state, since, actions)
}

function permit(config: Config, state: State, since: number, actions: Action[]) {
  state.renewedAt = since
  state.deadline = Math.max(state.deadline, since + config.timings.lease)
  const { epoch, deadline, taken } = state
  actions.push({ name: 'permit', epoch, deadline, taken, yielding: state.yieldingTo !== undefined })
}

function lose(config: Config, state: State, from: number, actions: Action[]) {
  state.role = 'candidate'
  state.deadline = 0
  state.dead = { epoch: state.epoch, at: from + config.timings.kill }
  delete state.watched
  delete state.yieldingTo
  actions.push({ name: 'revoke' })
}

function stop(state: State, clean: boolean, actions: Action[]) {
  delete state.yieldingTo
  if (state.role === 'holder' && clean) release(state, actions)
  else end(state, actions)
}

function release(state: State, actions: Action[]) {
  state.stopping = true
  actions.push({ name: 'revoke' }) // nothing may start under it again
}

function gaveUp(state: State, actions: Action[]) {
  if (!state.yieldingTo) {
    end(state, actions)
    return
  }
  state.role = 'candidate'
  state.stopping = false
  state.deadline = 0
  state.yielded = state.epoch
  delete state.yieldingTo
}

function end(state: State, actions: Action[]) {
  state.role = 'ended'
  actions.push({ name: 'end' })
}

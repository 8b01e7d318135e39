import type { Clock } from './clock.js'

const beatMs = 500

/** How late the event loop may be before this process counts as stuck. */
const lateMs = 10_000

export interface Heartbeat {
  /** Since the last beat, in ms; about `beatMs` at most while the loop is not blocked. */
  ageMs(): number
  beats(): boolean
  stop(): void
}

/** Beats as long as the event loop runs timers. Independent of the server: it is for this process's own liveness probe. */
export function startHeartbeat(clock: Clock): Heartbeat {
  let beatAt = clock.now()
  let callOff = clock.after(beatMs, beat)

  function beat() {
    beatAt = clock.now()
    callOff = clock.after(beatMs, beat)
  }

  const ageMs = () => clock.now() - beatAt
  return { ageMs, beats: () => ageMs() < lateMs, stop: () => callOff() }
}

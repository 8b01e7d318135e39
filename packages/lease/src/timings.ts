/** All in ms of the boot-time clock of the machine that measures them. */
export interface Timings {
  /** From the start of one renewal to the next, and from one look of a candidate to the next. */
  renew: number
  /** Longest that a look at the volume may take; what a later answer says is not acted upon. */
  operation: number
  /** A lease is valid for this long from the start of its last good renewal. */
  lease: number
  /** Without a good renewal for this long, the server is not ready. */
  stale: number
  /** What the guard needs from the end of the lease to the death of the last process, on a busy machine. */
  kill: number
  /** A candidate takes over from a holder whose heartbeat has not changed for this long. */
  window: number
  /** Where the site has a fence: a holder whose heartbeat has not changed for this long is fenced. */
  silence: number
}

/** How long a fence stays, in ms: what wrote under the fenced claim is then dead by the rule that holds without a fence. */
export const fenceMs = ({ window }: Timings): number => 2 * window

/** How much faster or slower than another one the clock of a machine may run. */
export const drift = 0.1

export const profiles = {
  default: {
    renew: 2_000,
    operation: 3_000,
    lease: 15_000,
    stale: 8_000,
    kill: 1_000,
    window: 25_000,
    silence: 8_000,
  },
  /** For a NAS that takes seconds to answer, such as one whose disks sleep or that rebuilds an array. */
  slow: {
    renew: 3_000,
    operation: 6_000,
    lease: 30_000,
    stale: 18_000,
    kill: 1_000,
    window: 45_000,
    silence: 18_000,
  },
} as const satisfies Record<string, Timings>

/**
 * What makes timings unsafe or unusable, a sentence each; none when they are right. The first rule is the one that keeps two
 * servers apart: the last process under the old lease is dead, by a clock that is slow, before the window of a candidate
 * ends, by a clock that is fast.
 */
export function timingProblems({ renew, operation, lease, stale, kill, window, silence }: Timings): string[] {
  const problems: string[] = []
  const dead = lease * (1 + drift) + kill
  const taken = window * (1 - drift)
  if (dead > taken)
    problems.push(
      `lease × ${1 + drift} + kill is ${Math.round(dead)} ms, more than window × ${1 - drift}, ${Math.round(taken)} ms: ` +
        'a second server could start before the first one is dead',
    )
  if ((operation + lease) * (1 + drift) > taken)
    problems.push(
      'operation + lease must be shorter than window: a claim that is late could meet another one after a removed lease',
    )
  if (3 * (renew + operation) > lease)
    problems.push('renew + operation must be at most a third of lease: one slow operation would end it')
  if (stale >= lease || stale < renew + operation)
    problems.push('stale must be at least renew + operation and less than lease')
  if (silence < renew + operation || silence >= window)
    problems.push(
      'silence must be at least renew + operation, or one slow operation gets a node fenced, and less than window',
    )
  return problems
}

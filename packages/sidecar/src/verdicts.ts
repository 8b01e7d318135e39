import type { Condition } from './check.js'
import type { CheckView, View } from './watch.js'

/** The answer to a probe, and why. A warning passes. */
export interface Verdict {
  status: 'pass' | 'warn' | 'fail'
  reason: string
}

/**
 * Has the server responded since it was started? "I am starting" is a response, so that no recovery is killed. A standby has
 * no server to start.
 */
export function startupz(view: Pick<View, 'started' | 'checks' | 'standbyOf'>): Verdict {
  if (view.standbyOf) return pass(standby(view.standbyOf))
  return view.started ? pass('the server has responded') : fail(unwell(view.checks) || 'no response yet')
}

/** What /readyz asks for: that clients can use anything of the server, or that every check passes. */
export const readiness = ['usable', 'strict'] as const
export type Readiness = (typeof readiness)[number]

/** Nobody can use the server. In every other condition some client can, and a single instance has no other to send them to. */
const unusable: readonly Condition[] = ['refused', 'frozen', 'starting', 'storage-hung', 'no-lease']

/**
 * Should clients be sent to the server now? Advisory checks have no say. A standby is ready when its volume is: no client is
 * sent to it.
 * @param stopping this sidecar is shutting down and cannot vouch for the server
 */
export function readyz(
  view: Pick<View, 'checks' | 'standbyOf'>,
  stopping: boolean,
  asked: Readiness,
): Verdict {
  if (stopping) return fail('this sidecar is shutting down')
  const checks = concerned(view)
  const failing = checks.filter(check => check.condition !== 'up' && !check.advisory)
  if (failing.some(check => asked === 'strict' || isUnusable(check))) return fail(unwell(failing))
  const concerns = checks.flatMap(concernsOf)
  if (concerns.length > 0) return { status: 'warn', reason: concerns.join('; ') }
  return pass(view.standbyOf ? standby(view.standbyOf) : 'all checks pass')
}

/**
 * Would a restart help? Only if the server responded before, has been silent or refusing connections for `frozenAfterMs`,
 * was not starting, and its volume is healthy. Anything unknown passes: a needless restart costs more than a late one.
 */
export function livez(view: View, frozenAfterMs: number): Verdict {
  const volume = view.checks.find(check => check.subject === 'volume' && check.condition !== 'up')
  if (volume) return pass(`the volume is ${volume.condition}: a restart would not help`)
  if (view.standbyOf) return pass(standby(view.standbyOf))
  if (!view.answered) return pass('no response yet')
  if (view.silentMs < frozenAfterMs)
    return pass(view.silentMs > 0 ? `silent for ${seconds(view.silentMs)}` : 'the server responds')
  if (view.starting) return pass('it was starting or stopping when it last responded')
  if (!view.checks.some(isSilent)) return pass('no current result')
  return fail(`no response for ${seconds(view.silentMs)}: ${unwell(view.checks)}`)
}

/** The checks that say something of this pod: a standby has a volume, and no server. */
export function concerned({ checks, standbyOf }: Pick<View, 'checks' | 'standbyOf'>): readonly CheckView[] {
  return standbyOf ? checks.filter(({ subject }) => subject === 'volume') : checks
}

/** The failure of a check, and its warnings. */
export function concernsOf(check: CheckView): string[] {
  const warnings = check.warnings.map(warning => `${check.name} warns: ${warning}`)
  return [unwell([check]), ...warnings].filter(Boolean)
}

/** That a check of the server has no result says nothing good of the server; one of the volume is not asked by clients. */
function isUnusable({ subject, condition }: CheckView): boolean {
  return unusable.includes(condition) || (condition === 'unknown' && subject === 'server')
}

function standby(of: string): string {
  return `standby of ${of}`
}

function isSilent({ subject, condition }: CheckView): boolean {
  return subject === 'server' && (condition === 'refused' || condition === 'frozen')
}

/** The checks that fail, each with its class and message; empty when all pass. */
function unwell(checks: readonly CheckView[]): string {
  return checks
    .filter(check => check.condition !== 'up')
    .map(check => `${check.name} is ${check.condition}: ${check.message}`)
    .join('; ')
}

function seconds(ms: number): string {
  return `${Math.floor(ms / 1000)} s`
}

function pass(reason: string): Verdict {
  return { status: 'pass', reason }
}

function fail(reason: string): Verdict {
  return { status: 'fail', reason }
}

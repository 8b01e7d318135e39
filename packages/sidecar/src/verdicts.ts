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

/**
 * Can the server be used now? Only if every check that is not advisory passes and none of their results is stale. A standby is
 * ready when its volume is: no client is sent to it.
 * @param stopping this sidecar is shutting down and cannot vouch for the server
 */
export function readyz(
  { checks, standbyOf }: Pick<View, 'checks' | 'standbyOf'>,
  stopping: boolean,
): Verdict {
  if (stopping) return fail('this sidecar is shutting down')
  const counted = standbyOf ? checks.filter(({ subject }) => subject === 'volume') : checks
  const reason = unwell(counted.filter(check => !check.advisory))
  if (reason) return fail(reason)
  const concerns = counted.flatMap(concernsOf)
  if (concerns.length > 0) return { status: 'warn', reason: concerns.join('; ') }
  return pass(standbyOf ? standby(standbyOf) : 'all checks pass')
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

/** Warnings of a check, and the failure of an advisory one: they do not make the server unready. */
export function concernsOf({ name, advisory, condition, message, warnings }: CheckView): string[] {
  const concerns = warnings.map(warning => `${name} warns: ${warning}`)
  return advisory && condition !== 'up' ? [`${name} is ${condition}: ${message}`, ...concerns] : concerns
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

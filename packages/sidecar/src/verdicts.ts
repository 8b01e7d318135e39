import type { CheckView, View } from './watch.js'

/** The answer to a probe, and why. A warning passes. */
export interface Verdict {
  status: 'pass' | 'warn' | 'fail'
  reason: string
}

/** Has the server answered anything since it was started? "I am starting" is an answer, so that no recovery is killed. */
export function startupz(view: Pick<View, 'started' | 'checks'>): Verdict {
  return view.started ? pass('the server has answered') : fail(unwell(view.checks) || 'no answer yet')
}

/**
 * Can the server be used now? Only if every check that is not advisory is well and none of these is old.
 * @param stopping this sidecar is about to end and can vouch for nothing
 */
export function readyz(view: Pick<View, 'checks'>, stopping: boolean): Verdict {
  if (stopping) return fail('this sidecar is stopping')
  const reason = unwell(view.checks.filter(check => !check.advisory))
  if (reason) return fail(reason)
  const concerns = view.checks.flatMap(concernsOf)
  return concerns.length > 0 ? { status: 'warn', reason: concerns.join('; ') } : pass('every check is well')
}

/**
 * Would a restart help? Only if the server answered before, is silent or refuses now and has done so for long, was not
 * starting, and its volume is well. Whatever is not known passes: a needless restart costs more than a late one.
 * @param frozenAfterMs how long is long
 */
export function livez(view: View, frozenAfterMs: number): Verdict {
  const volume = view.checks.find(check => check.subject === 'volume' && check.condition !== 'up')
  if (volume) return pass(`the volume is ${volume.condition}: a restart would not mend it`)
  if (!view.answered) return pass('no answer yet')
  if (view.silentMs < frozenAfterMs)
    return pass(view.silentMs > 0 ? `silent for ${seconds(view.silentMs)}` : 'it answers')
  if (view.starting) return pass('it was starting or stopping when last heard')
  if (!view.checks.some(isSilent)) return pass('nothing is known')
  return fail(`no answer for ${seconds(view.silentMs)}: ${unwell(view.checks)}`)
}

/** What is not as it should be with a check that lets the server be used. */
export function concernsOf({ name, advisory, condition, message, warnings }: CheckView): string[] {
  const concerns = warnings.map(warning => `${name} warns: ${warning}`)
  return advisory && condition !== 'up' ? [`${name} is ${condition}: ${message}`, ...concerns] : concerns
}

function isSilent({ subject, condition }: CheckView): boolean {
  return subject === 'server' && (condition === 'refused' || condition === 'frozen')
}

/** The checks that are not well, each with its class and message; empty when all are. */
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

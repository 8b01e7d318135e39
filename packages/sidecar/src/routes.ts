import { isAnswer } from './check.js'
import type { Heartbeat } from './heartbeat.js'
import { type Answer, plain, type Routes } from './http.js'
import type { Metrics } from './metrics.js'
import { statusDocument, type Verdicts } from './status.js'
import { concerned, livez, type Readiness, readyz, startupz, type Verdict } from './verdicts.js'
import type { View, Watch } from './watch.js'

export interface RoutesInput {
  /** The server it monitors: `postgres`. */
  name: string
  frozenAfterMs: number
  readiness: Readiness
  watch: Watch
  metrics: Metrics
  heartbeat: Heartbeat
  /** This process is shutting down. */
  stopping(): boolean
}

/** The handler of each path; they answer from the last results of the checks. */
export function createRoutes({
  name,
  frozenAfterMs,
  readiness,
  watch,
  metrics,
  heartbeat,
  stopping,
}: RoutesInput): Routes {
  const verdictsOf = (view: View): Verdicts => ({
    startupz: startupz(view),
    readyz: readyz(view, stopping(), readiness),
    livez: livez(view, frozenAfterMs),
  })
  return {
    '/startupz': () => probe(startupz(watch.view())),
    '/readyz': () => probe(readyz(watch.view(), stopping(), readiness)),
    '/livez': () => probe(livez(watch.view(), frozenAfterMs)),
    '/healthz': () =>
      heartbeat.beats()
        ? plain(200, 'pass: the event loop is running')
        : plain(503, 'fail: the event loop is blocked'),
    '/metrics': async () => {
      const view = watch.view()
      const server = view.standbyOf
        ? {}
        : { verdicts: verdictsOf(view), up: isAnswer(view.checks[0]?.condition ?? 'unknown') }
      const body = await metrics.render({
        checks: concerned(view),
        ...server,
        heartbeatAgeMs: heartbeat.ageMs(),
      })
      return { status: 200, type: metrics.contentType, body }
    },
    '/status': query => {
      const view = watch.view()
      const verdicts = verdictsOf(view)
      const verbose = query.has('verbose')
      const document = statusDocument({ server: name, verdicts, view, now: Date.now(), verbose })
      const body = `${JSON.stringify(document, null, 2)}\n`
      return { status: statusCode(verdicts.readyz), type: 'application/health+json', body }
    },
  }
}

function probe(verdict: Verdict): Answer {
  return plain(statusCode(verdict), `${verdict.status}: ${verdict.reason}`)
}

function statusCode(verdict: Verdict): number {
  return verdict.status === 'fail' ? 503 : 200
}

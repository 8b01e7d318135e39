import type { Heartbeat } from './heartbeat.js'
import { type Answer, plain, type Routes } from './http.js'
import type { Metrics } from './metrics.js'
import { statusDocument } from './status.js'
import { livez, readyz, startupz, type Verdict } from './verdicts.js'
import type { Watch } from './watch.js'

export interface RoutesInput {
  /** The server that is watched: `postgres`. */
  name: string
  frozenAfterMs: number
  watch: Watch
  metrics: Metrics
  heartbeat: Heartbeat
  /** This process is about to end. */
  stopping(): boolean
}

/** What each path answers, from what the checks have found already. */
export function createRoutes({
  name,
  frozenAfterMs,
  watch,
  metrics,
  heartbeat,
  stopping,
}: RoutesInput): Routes {
  return {
    '/startupz': () => probe(startupz(watch.view())),
    '/readyz': () => probe(readyz(watch.view(), stopping())),
    '/livez': () => probe(livez(watch.view(), frozenAfterMs)),
    '/healthz': () =>
      heartbeat.beats()
        ? plain(200, 'pass: the event loop runs')
        : plain(503, 'fail: the event loop is late'),
    '/metrics': async () => {
      const view = watch.view()
      const verdicts = {
        startupz: startupz(view),
        readyz: readyz(view, stopping()),
        livez: livez(view, frozenAfterMs),
      }
      const up = readyz(view, false).status === 'pass'
      const body = await metrics.render({
        checks: view.checks,
        verdicts,
        up,
        heartbeatAgeMs: heartbeat.ageMs(),
      })
      return { status: 200, type: metrics.contentType, body }
    },
    '/status': () => {
      const view = watch.view()
      const verdict = readyz(view, stopping())
      const body = `${JSON.stringify(statusDocument(name, verdict, view, Date.now()), null, 2)}\n`
      return { status: statusCode(verdict), type: 'application/health+json', body }
    },
  }
}

function probe(verdict: Verdict): Answer {
  return plain(statusCode(verdict), `${verdict.status}: ${verdict.reason}`)
}

function statusCode(verdict: Verdict): number {
  return verdict.status === 'pass' ? 200 : 503
}

import type { Sidecar } from './sidecar.js'
import { until } from './wait.js'

/** What the probes of the server's container get, in the order of a pod's life. */
export async function codes(sidecar: Sidecar) {
  const [startupz, readyz, livez] = await Promise.all(
    ['/startupz', '/readyz', '/livez'].map(async path => (await sidecar.get(path)).status),
  )
  return { startupz, readyz, livez }
}

export const usable = { startupz: 200, readyz: 200, livez: 200 }
/** Nobody can use it, and it is not to be restarted. */
export const unusable = { startupz: 200, readyz: 503, livez: 200 }

/** The value of one time series, named with its labels; undefined when it is not there. */
export async function metric(sidecar: Sidecar, series: string): Promise<number | undefined> {
  const { body } = await sidecar.get('/metrics')
  const line = body.split('\n').find(text => text.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

/**
 * Waits until /readyz says this, whatever its code.
 * @returns how long it took, in ms
 * @throws with what it said last
 */
export async function untilReadyzSays(
  sidecar: Sidecar,
  wanted: string | RegExp,
  limitMs: number,
): Promise<number> {
  let body = ''
  const says = async () => {
    body = (await sidecar.get('/readyz')).body
    return typeof wanted === 'string' ? body.includes(wanted) : wanted.test(body)
  }
  return until(`/readyz said ${wanted}`, says, limitMs, 50).catch(error => {
    throw new Error(`${error.message}; it said ${body}`)
  })
}

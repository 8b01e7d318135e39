import type { Answer, FenceOperation } from '@bluecore/lease'

/** Where the site is asked to keep a node from its NAS. */
export interface FenceSpec {
  /** With an address instead of a name: when a node is lost, the cluster's DNS may be lost with it. */
  url: string
  token: string
}

/**
 * One POST, with `{"address": "192.0.2.11", "holder": "dbserver-7c9f on worker1", "seconds": 50}`. Any answer of 200 to 299 says that
 * from now on, and for that many seconds, nothing that the node sends changes what is on the NAS.
 * @throws Error in words when it does not say so in time
 */
export async function fence(
  { url, token }: FenceSpec,
  { address, holder, ms }: FenceOperation,
  limitMs: number,
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ address, holder, seconds: Math.ceil(ms / 1_000) }),
    redirect: 'error',
    signal: AbortSignal.timeout(limitMs),
  }).catch((error: Error) => {
    const { message } = error.cause instanceof Error ? error.cause : error
    throw new Error(`the fence at ${url} does not answer: ${message}`)
  })
  if (response.ok) return { fenced: true }
  const [reason = ''] = (await response.text().catch(() => '')).slice(0, 200).split('\n')
  throw new Error(`the fence at ${url} refused to fence ${address}: ${response.status} ${reason}`.trim())
}

// A client that looks up a name of the cluster, again and again, as every new connection does.
import { kube, namespace } from '@bluecore/lab'
import type { V1PodDNSConfig } from '@kubernetes/client-node'
import { safe } from '../testing/keep-off.js'
import { makePod, readyPod, removePod } from '../testing/probe-pod.js'
import { longestGap } from './overlap.js'

const { core } = kube()
const name = 'dns-client'

const script = `const { lookup } = require('node:dns/promises')
require('net').createServer(socket => socket.end()).listen(8080)
setInterval(() => lookup('dbserver-sv').then(() => console.log(Date.now()), () => {}), 250)`

/**
 * Starts it.
 * @param dnsConfig of the pods of the chart
 * @returns a function that stops it, and gives the longest time in s without an answer since then
 */
export async function startDnsClient(dnsConfig: V1PodDNSConfig | undefined): Promise<() => Promise<number>> {
  await removePod(namespace, name)
  await makePod({ namespace, name, node: safe, script, dnsConfig })
  await readyPod(namespace, name)
  const begin = Date.now()
  return async () => {
    const end = Date.now()
    const log = await core.readNamespacedPodLog({ namespace, name })
    const rows = [...log.matchAll(/^\d+$/gm)].map(([at]) => ({ at: Number(at) }))
    await removePod(namespace, name)
    return longestGap(rows, begin, end) / 1_000
  }
}

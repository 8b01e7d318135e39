// Kills the node of PostgreSQL in setups of the lab's release, and takes the time.
import { get } from 'node:http'
import { heal, killNode, namespace, nodeTimings } from '@bluecore/lab'
import { fenceValues, noFence } from '../testing/fence.js'
import { keepOff, safe } from '../testing/keep-off.js'
import { misskeyUrl, notesWork } from '../testing/notes.js'
import { deployments, waitForDeployments, waitForRelease } from '../testing/pods.js'
import { handOver, setReplicas, standbys } from '../testing/standbys.js'
import { activePod } from './cluster.js'
import { longestWithout } from './longest-without.js'
import type { Measured } from './recovery-page.js'
import { lease, type Run, type Setup, tolerations } from './setups.js'

/**
 * The release is left without standbys, with a lease, also when a run fails.
 * @param stopped asked before each run
 * @yields the runs of each setup that has any
 */
export async function* measure(
  chosen: readonly Setup[],
  count: number,
  progress: (line: string) => void,
  stopped: () => boolean,
): AsyncGenerator<Measured> {
  try {
    for (const setup of chosen) {
      if (stopped()) break
      const runs: Run[] = []
      progress(`setting up: ${setup.title}`)
      await nodeTimings(setup.timings)
      await setReplicas(setup.replicas, [...setup.values, ...(setup.fence ? await fenceValues() : noFence)])
      while (runs.length < count && !stopped()) {
        const run = await once(setup)
        runs.push(run)
        progress(
          `${setup.name} ${runs.length} of ${count}: posted ${run.posted} s, found ${run.found} s, ` +
            `without a page ${run.pages} s`,
        )
      }
      if (runs.length > 0) yield { name: setup.name, date: new Date().toISOString().slice(0, 10), runs }
    }
  } finally {
    progress('restoring the release and the timings')
    await heal()
    await nodeTimings('ours')
    await setReplicas(1, [...lease(true), ...tolerations('[]'), ...noFence])
    await waitForRelease(namespace)
  }
}

async function once({ replicas }: Setup): Promise<Run> {
  await heal()
  const all = replicas === 2 ? [...deployments, ...standbys] : deployments
  await waitForDeployments(namespace, all)
  if (replicas === 1) await keepOff(safe, 'dbserver')
  await notesWork(namespace, 120_000)
  let node = (await activePod('dbserver')).spec?.nodeName ?? ''
  if (node === safe) {
    await handOver('dbserver')
    await waitForDeployments(namespace, all)
    node = (await activePod('dbserver')).spec?.nodeName ?? ''
  }
  const url = await misskeyUrl(namespace)
  const pages = longestWithout(() => hasPage(url), 250)
  await killNode(node)
  const { postedMs, foundMs } = await notesWork(namespace, 600_000)
  const seconds = (ms: number) => Math.round(ms / 100) / 10
  return { posted: seconds(postedMs), found: seconds(foundMs), pages: seconds(await pages()) }
}

/** On a connection of its own: it may lead to any pod. */
function hasPage(url: string): Promise<boolean> {
  return new Promise(resolve => {
    const request = get(url, { agent: false, timeout: 3_000 }, answer => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

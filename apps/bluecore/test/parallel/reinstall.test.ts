// Data outlives the release: an upgrade from the last published chart, a rollback, and reinstallations by either helm.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keptObjects } from '../../testing/kept.js'
import { noteToFind } from '../../testing/notes.js'
import { chart, type OwnRelease, ownRelease } from '../../testing/own-release.js'
import { waitForRelease } from '../../testing/pods.js'

const namespace = 'reinstall'
const lastRelease = 'charts/umbrella/tests/releases/bluecore-0.1.0.tgz'

let release: OwnRelease
let stillFound: () => Promise<void>
let kept: Record<string, string[]>

beforeAll(async () => {
  release = await ownRelease(namespace)
  await release.helm(['install', 'bluecore', lastRelease, ...release.values])
  await waitForRelease(namespace)
  stillFound = await noteToFind(namespace)
  kept = await keptObjects(namespace)
})

afterAll(() => release.remove())

test('the last release has four bound volumes and two Secrets', () => {
  expect(kept.volumes?.filter(line => line.endsWith(' Bound')).length).toBe(4)
  expect(kept.claims?.length).toBe(4)
  expect(kept.secrets?.length).toBe(2)
})

test('from the last release to this chart and back, with every note', async () => {
  // The last release did not name itself on its volumes.
  const secrets = [expect.stringMatching(/^bluecore-owner \S+ id$/), ...(kept.secrets ?? [])]
  for (const step of [
    ['upgrade', 'bluecore', chart, ...release.values],
    ['rollback', 'bluecore', '1'],
  ]) {
    await release.helm(step)
    await waitForRelease(namespace)
    await stillFound()
    expect(await keptObjects(namespace)).toEqual({ ...kept, secrets })
  }
  kept = await keptObjects(namespace)
})

test('helm 3 and helm 4: uninstall keeps volumes, claims and Secrets; install finds every note', async () => {
  for (const tool of ['helm3', 'helm'] as const) {
    await release.uninstall(tool)
    expect(await keptObjects(namespace)).toEqual(kept)
    await release.helm(['install', 'bluecore', chart, ...release.values], tool)
    expect(await keptObjects(namespace)).toEqual(kept)
  }
  await waitForRelease(namespace)
  await stillFound()
})

// What an upgrade restarts, and what it does not.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kube, workspaceRoot } from '@bluecore/lab'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { noteToFind, signedIn } from '../../testing/notes.js'
import { chart, type OwnRelease, ownRelease } from '../../testing/own-release.js'
import { deployments, podsOf, restartsOf, waitForRelease } from '../../testing/pods.js'

const { core } = kube()
const namespace = 'upgrade'

let release: OwnRelease

beforeAll(async () => {
  release = await ownRelease(namespace)
  await release.helm(['install', 'bluecore', chart, ...release.values])
  await waitForRelease(namespace)
})

afterAll(() => release.remove())

/** By Deployment: the UID of each pod with the restarts of its containers. A new pod or a restart makes a difference. */
async function generation(): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const name of deployments) {
    all[name] = (await podsOf(namespace, name))
      .map(pod => {
        const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
        return `${pod.metadata?.uid} ${containers.map(one => restartsOf(pod, one.name))}`
      })
      .sort()
  }
  return all
}

/** Deployments all of whose pods are new; fails when one has old and new pods, or a restart in an old pod. */
function rolled(before: Record<string, string[]>, after: Record<string, string[]>): string[] {
  const uids = (lines: string[] = []) => lines.map(line => line.split(' ')[0])
  return deployments.filter(name => {
    const kept = uids(after[name]).filter(uid => uids(before[name]).includes(uid))
    if (kept.length > 0) expect(after[name], name).toEqual(before[name])
    return kept.length === 0
  })
}

/** A copy of the chart as its next version: every Chart.yaml says 9.9.9, and nothing else is different. */
function nextVersion(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-next-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const source = join(workspaceRoot(), chart)
  for (const part of readdirSync(source).filter(
    name => !['node_modules', 'dist', 'tests', '.turbo'].includes(name),
  ))
    cpSync(join(source, part), join(folder, part), { recursive: true })
  for (const path of ['.', ...readdirSync(join(folder, 'charts')).map(name => `charts/${name}`)]) {
    const file = join(folder, path, 'Chart.yaml')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replaceAll(/version: \d+\.\d+\.\d+/g, 'version: 9.9.9'))
  }
  return folder
}

test.each(['helm3', 'helm'] as const)('a new version of the chart restarts nothing: %s', async tool => {
  const before = await generation()
  const wait = ['--wait', '--timeout', '3m']
  await release.helm(['upgrade', 'bluecore', nextVersion(), ...release.values, ...wait], tool)
  expect(await release.helm(['list', '--output', 'json'], tool)).toContain('bluecore-9.9.9')
  expect(await generation()).toEqual(before)
  await release.helm(['rollback', 'bluecore', ...wait], tool)
  expect(await generation()).toEqual(before)
})

test('a changed setting rolls its own Deployment and no other, and so does the rollback', async () => {
  const stillFound = await noteToFind(namespace)
  const before = await generation()
  const setting = ['--set', 'redis.resources.requests.cpu=60m']
  await release.helm(['upgrade', 'bluecore', chart, ...release.values, ...setting])
  await waitForRelease(namespace)
  const changed = await generation()
  expect(rolled(before, changed)).toEqual(['redis'])
  await release.helm(['rollback', 'bluecore'])
  await waitForRelease(namespace)
  expect(rolled(changed, await generation())).toEqual(['redis'])
  await stillFound()
})

test('after `kubectl scale`, helm 4 names the owner of the field, and --force-conflicts takes it back', async () => {
  // Objects that helm 3 made are changed by helm 4 in helm 3's way, unless --server-side says otherwise.
  const upgrade = (...options: string[]) =>
    release.helm(['upgrade', 'bluecore', chart, ...release.values, '--server-side=true', ...options])
  await upgrade('--force-conflicts')
  await release.kubectl(['scale', 'deployment/misskey', '--replicas', '2'])
  await expect(upgrade()).rejects.toMatchObject({
    seen: expect.arrayContaining([
      expect.stringContaining('conflict with "kubectl" with subresource "scale"'),
    ]),
  })
  await upgrade('--force-conflicts')
  await waitForRelease(namespace)
  expect((await podsOf(namespace, 'misskey')).length).toBe(1)
})

test('helm test posts a note, finds it and deletes it', async () => {
  const { token } = await signedIn(namespace)
  const name = 'note-token'
  await core.createNamespacedSecret({ namespace, body: { metadata: { name }, stringData: { token } } })
  const setting = ['--set', `test.existingSecret=${name}`]
  await release.helm(['upgrade', 'bluecore', chart, ...release.values, ...setting])
  await waitForRelease(namespace)
  const output = await release.helm(['test', 'bluecore', '--logs'])
  console.log(output)
  expect(output).toMatch(/Phase: +Succeeded/)
  expect(output).not.toContain(token)
})

test('a second release in the namespace is refused, and changes nothing', async () => {
  const before = await generation()
  await expect(release.helm(['install', 'second', chart, ...release.values])).rejects.toMatchObject({
    seen: expect.arrayContaining([expect.stringContaining('invalid ownership metadata')]),
  })
  expect(await generation()).toEqual(before)
})

// What an upgrade restarts, and what it does not.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import { namespace, workspaceRoot } from '@bluecore/lab'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { core, inLab, noteToFind, podsOf, restartsOf, servers, signedIn, waitForAll } from './cluster.js'

const chart = 'charts/umbrella'
const names = [...servers.map(({ name }) => name), 'misskey'] as const

beforeAll(waitForAll)

/** Each pod of each Deployment by its uid, with all its containers' restarts: other pods or a restart show. */
async function born(): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const name of names) {
    all[name] = (await podsOf(name))
      .map(pod => {
        const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
        return `${pod.metadata?.uid} ${containers.map(one => restartsOf(pod, one.name))}`
      })
      .sort()
  }
  return all
}

/** Deployments whose pods are all others than before; fails when one has both. */
function rolled(before: Record<string, string[]>, after: Record<string, string[]>): string[] {
  const uids = (lines: string[] = []) => lines.map(line => line.split(' ')[0])
  return names.filter(name => {
    const kept = uids(after[name]).filter(uid => uids(before[name]).includes(uid))
    if (kept.length > 0) expect(after[name], name).toEqual(before[name])
    return kept.length === 0
  })
}

/** The chart as its next version: every Chart.yaml says 9.9.9, and nothing else is another. */
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

test.each(['helm3', 'helm'] as const)('a new version of the chart restarts nothing: %s', async name => {
  const helm = await toolPath(name)
  const before = await born()
  await inLab(helm, ['upgrade', 'bluecore', nextVersion(), '--wait', '--timeout', '3m'])
  expect(await inLab(helm, ['list', '--output', 'json'])).toContain('bluecore-9.9.9')
  expect(await born()).toEqual(before)
  await inLab(helm, ['rollback', 'bluecore', '--wait', '--timeout', '3m'])
  expect(await born()).toEqual(before)
})

test('a changed setting rolls its own Deployment and no other, and so does the rollback', async () => {
  const helm = await toolPath('helm')
  const stillFound = await noteToFind()
  const before = await born()
  await inLab(helm, ['upgrade', 'bluecore', chart, '--set', 'redis.resources.requests.cpu=60m'])
  await waitForAll()
  const changed = await born()
  expect(rolled(before, changed)).toEqual(['redis'])
  await inLab(helm, ['rollback', 'bluecore'])
  await waitForAll()
  expect(rolled(changed, await born())).toEqual(['redis'])
  await stillFound()
})

test('after `kubectl scale`, helm 4 says whose the number is, and --force-conflicts takes it back', async () => {
  const [helm, kubectl] = await Promise.all([toolPath('helm'), toolPath('kubectl')])
  // What helm 3 has made, helm 4 goes on to change in helm 3's way unless it is told otherwise.
  const upgrade = (...options: string[]) =>
    inLab(helm, ['upgrade', 'bluecore', chart, '--server-side=true', ...options])
  await upgrade('--force-conflicts')
  await inLab(kubectl, ['scale', 'deployment/misskey', '--replicas', '2'])
  await expect(upgrade()).rejects.toMatchObject({
    seen: expect.arrayContaining([
      expect.stringContaining('conflict with "kubectl" with subresource "scale"'),
    ]),
  })
  await upgrade('--force-conflicts')
  await waitForAll()
  expect((await podsOf('misskey')).length).toBe(3)
})

test('helm test posts a note, finds it and deletes it', async () => {
  const helm = await toolPath('helm')
  const { token } = await signedIn()
  const name = 'note-token'
  await core.createNamespacedSecret({ namespace, body: { metadata: { name }, stringData: { token } } })
  onTestFinished(async () => {
    await core.deleteNamespacedSecret({ namespace, name })
  })
  await inLab(helm, ['upgrade', 'bluecore', chart, '--set', `test.existingSecret=${name}`])
  await waitForAll()
  const said = await inLab(helm, ['test', 'bluecore', '--logs'])
  console.log(said)
  expect(said).toMatch(/Phase: +Succeeded/)
  expect(said).not.toContain(token)
  await inLab(helm, ['upgrade', 'bluecore', chart])
})

test('a second release in the namespace is refused, and changes nothing', async () => {
  const before = await born()
  await expect(inLab(await toolPath('helm'), ['install', 'second', chart])).rejects.toMatchObject({
    seen: expect.arrayContaining([expect.stringContaining('invalid ownership metadata')]),
  })
  expect(await born()).toEqual(before)
})

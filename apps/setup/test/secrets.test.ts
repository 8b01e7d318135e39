import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import { kubeconfigPath, run } from '@bluecore/lab'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Api, apiFromPod } from '../src/kubernetes.js'
import { createSecrets, wantedFrom } from '../src/secrets.js'

/** What the chart asks for and the Role that it gives: charts/umbrella/templates/secrets.yaml. */
const wanted = wantedFrom(['db-auth=owner,reader@db', 'cache-auth=password'])
const role = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: setup }
rules:
  - { apiGroups: [''], resources: [secrets], verbs: [create] }
  - { apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [db-auth, cache-auth] }
  - { apiGroups: [''], resources: [persistentvolumeclaims], verbs: [get], resourceNames: [db] }
`
const claim = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: db }
spec: { accessModes: [ReadWriteMany], storageClassName: '', volumeName: none, resources: { requests: { storage: 1Gi } } }
`

const namespace = `setup-test-${process.pid}`
const folder = mkdtempSync(join(tmpdir(), 'setup-secrets-'))
let env: Record<string, string>
let api: Api

/** The lab's API server as its administrator. */
async function kubectl(args: string[], input?: string) {
  return run(await toolPath('kubectl'), ['--namespace', namespace, ...args], {
    env: { KUBECONFIG: kubeconfigPath() },
    ...(input && { input }),
  })
}

/** Data of a Secret by key; undefined when there is none. */
async function secret(name: string): Promise<Record<string, string> | undefined> {
  const found = await kubectl(['get', 'secret', name, '--ignore-not-found', '--output', 'json'])
  if (!found) return undefined
  const { data } = JSON.parse(found) as { data: Record<string, string> }
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  )
}

beforeAll(async () => {
  await kubectl(['create', 'namespace', namespace])
  await kubectl(['create', 'serviceaccount', 'setup'])
  await kubectl(['apply', '--filename', '-'], role)
  await kubectl(['create', 'rolebinding', 'setup', '--role=setup', `--serviceaccount=${namespace}:setup`])
  const config = JSON.parse(await kubectl(['config', 'view', '--raw', '--output', 'json']))
  const { server, 'certificate-authority-data': authority } = config.clusters[0].cluster
  const { hostname, port } = new URL(server)
  env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port }
  // What kubelet mounts into a pod.
  writeFileSync(join(folder, 'ca.crt'), Buffer.from(authority, 'base64'))
  writeFileSync(join(folder, 'token'), await kubectl(['create', 'token', 'setup']))
  writeFileSync(join(folder, 'namespace'), namespace)
  api = apiFromPod(env, folder)
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await kubectl(['delete', 'namespace', namespace, '--wait=false'])
})
beforeEach(async () => {
  await kubectl(['delete', 'secret', 'db-auth', 'cache-auth', '--ignore-not-found'])
  await kubectl(['delete', 'persistentvolumeclaim', 'db', '--ignore-not-found'])
})

test('creates what is missing once, keeps it from then on, and prints no password', async () => {
  const said: string[] = []
  await createSecrets(api, wanted, line => said.push(line))
  const made = [await secret('db-auth'), await secret('cache-auth')]
  expect(made).toEqual([
    { owner: expect.stringMatching(/^[\w-]{32}$/), reader: expect.stringMatching(/^[\w-]{32}$/) },
    { password: expect.stringMatching(/^[\w-]{32}$/) },
  ])

  await createSecrets(api, wanted, line => said.push(line))
  expect([await secret('db-auth'), await secret('cache-auth')]).toEqual(made)
  expect(said).toEqual([
    'created Secret db-auth with owner, reader',
    'created Secret cache-auth with password',
    'Secret db-auth already exists: left unchanged',
    'Secret cache-auth already exists: left unchanged',
  ])
})

test('two at once agree', async () => {
  await Promise.all([createSecrets(api, wanted), createSecrets(api, wanted)])
  expect(Object.keys((await secret('db-auth')) ?? {})).toEqual(['owner', 'reader'])
})

test('data without its passwords is refused, and nothing is created', async () => {
  await kubectl(['apply', '--filename', '-'], claim)
  await expect(createSecrets(api, wanted)).rejects.toThrow(
    /^Secret db-auth is missing, but the claim db exists: .* Restore the Secret \(keys owner, reader\)/,
  )
  expect(await secret('cache-auth')).toBeUndefined()
})

test('data with its passwords is fine', async () => {
  await createSecrets(api, wanted)
  await kubectl(['apply', '--filename', '-'], claim)
  await createSecrets(api, wanted)
})

test('a Secret that lacks a key is refused and left as it is', async () => {
  await kubectl(['create', 'secret', 'generic', 'db-auth', '--from-literal=owner=mine'])
  await expect(createSecrets(api, wanted)).rejects.toThrow('Secret db-auth lacks reader.')
  expect(await secret('db-auth')).toEqual({ owner: 'mine' })
  expect(await secret('cache-auth')).toBeUndefined()
})

test('an action that the Role does not allow is reported with the message of the API server', async () => {
  await expect(createSecrets(api, wantedFrom(['other=key']))).rejects.toThrow(
    /^GET .*\/secrets\/other was refused: secrets "other" is forbidden: User .* cannot get resource "secrets"/,
  )
})

test('an unreachable server is retried, then reported', async () => {
  const away = apiFromPod({ ...env, KUBERNETES_SERVICE_PORT: '1' }, folder, 3_000)
  await expect(createSecrets(away, wanted)).rejects.toThrow(
    /^timed out after \d+ s waiting for the API server .*ECONNREFUSED/,
  )
})

test('a server with a certificate of another authority gets no token', async () => {
  const other = mkdtempSync(join(tmpdir(), 'setup-other-'))
  for (const name of ['token', 'namespace']) writeFileSync(join(other, name), 'x')
  writeFileSync(join(other, 'ca.crt'), '')
  try {
    await expect(apiFromPod(env, other, 1_000).get('/api')).rejects.toThrow(/certificate/)
  } finally {
    rmSync(other, { recursive: true })
  }
})

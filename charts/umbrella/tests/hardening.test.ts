import { describe, expect, test } from 'vitest'
import { hasResources, isPrivileged, isRestricted, placed } from '../testing/containers.js'
import { render } from '../testing/helm.js'
import { installations } from '../testing/installations.js'
import { containers, pods } from '../testing/objects.js'

/** The user of each pod: that of the official image, of Misskey, or of the setup image. */
const uids = {
  dbserver: 999,
  redis: 999,
  elsearch: 1000,
  misskey: 991,
  'misskey-migrations': 991,
  'bluecore-secrets': 10001,
  'bluecore-test': 10001,
}

describe.each(installations)('%s', (_, values, options) => {
  test('every container has requests, a memory limit, and a restricted, read-only root', async () => {
    const all = placed(await render(values, options))
    expect(all.length).toBeGreaterThan(15)
    expect(all.filter(one => !hasResources(one) || !isRestricted(one) || isPrivileged(one))).toEqual([])
  })

  test('every pod runs as the owner of its files, with the default seccomp profile and no service links, and asks a dead CoreDNS pod for no longer than 2 s', async () => {
    for (const [where, { spec }] of pods(await render(values, options))) {
      const name = where.replace(/^\w+\/|-2$/g, '') as keyof typeof uids
      expect(spec.securityContext, where).toEqual({
        runAsNonRoot: true,
        runAsUser: uids[name],
        runAsGroup: uids[name],
        fsGroup: uids[name],
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      })
      expect(spec.enableServiceLinks, where).toBe(false)
      expect(spec.dnsConfig, where).toEqual({
        options: [
          { name: 'timeout', value: '1' },
          { name: 'attempts', value: '2' },
        ],
      })
    }
  })

  test('only the secrets Job and the health sidecars have an API token, and those may patch two objects', async () => {
    const objects = await render(values, options)
    for (const [where, { spec }] of pods(objects)) {
      expect(spec.automountServiceAccountToken, where).toBe(where === 'Job/bluecore-secrets')
      const tokens = (spec.volumes ?? []).filter(({ projected }) =>
        projected?.sources.some((source: object) => 'serviceAccountToken' in source),
      )
      for (const { name, volumeMounts = [] } of [...(spec.initContainers ?? []), ...spec.containers])
        if (volumeMounts.some(mount => tokens.some(token => token.name === mount.name)))
          expect(name, where).toBe('health')
    }
    const roles = objects.filter(
      ({ kind, metadata }) => kind === 'Role' && metadata.name !== 'bluecore-secrets',
    )
    expect(roles.flatMap(({ rules = [] }) => rules)).toEqual(
      roles.flatMap(({ metadata: { name } }) => [
        { apiGroups: [''], resources: ['services'], verbs: ['patch'], resourceNames: [`${name}-sv`] },
        {
          apiGroups: ['coordination.k8s.io'],
          resources: ['leases'],
          verbs: ['patch'],
          resourceNames: [name],
        },
      ]),
    )
  })

  test('no argument, variable or ConfigMap contains a password', async () => {
    const objects = await render(values, options)
    for (const [where, { env = [] }] of containers(objects)) {
      for (const { name, value } of env) {
        if (/PASS|TOKEN/.test(name)) expect(`${name}=${value}`, where).toMatch(/^\w+_FILE=\/secrets\//)
      }
    }
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([])
    const config = objects
      .filter(({ kind }) => kind === 'ConfigMap')
      .flatMap(({ data = {} }) => Object.values(data))
    const passwords = config.flatMap(text =>
      [...text.matchAll(/^\s*(?:pass:|requirepass) *(.*)$/gm)].map(([, value]) => value),
    )
    expect(passwords.sort()).toEqual([
      placeholder('misskey-password'),
      placeholder('password'),
      placeholder('redis-password'),
    ])
  })

  test('what cannot have two writers leaves a lost node at once', async () => {
    const { lease } = (values.global ?? {}) as { lease?: { enabled?: boolean } }

    for (const [where, { spec }] of pods(await render(values, options))) {
      const limited = (spec.tolerations ?? []).filter(
        ({ tolerationSeconds }) => tolerationSeconds !== undefined,
      )
      const shorter = limited.map(({ key, tolerationSeconds }) => `${key} ${tolerationSeconds} s`)
      expect(shorter, where).toEqual(
        where === 'Deployment/misskey' || (where.startsWith('Deployment/') && lease?.enabled !== false)
          ? ['node.kubernetes.io/not-ready 5 s', 'node.kubernetes.io/unreachable 5 s']
          : [],
      )
    }
  })

  test('all pods of a release have the same priority', async () => {
    const { priorityClassName } = (values.global ?? {}) as { priorityClassName?: string }
    for (const [where, { spec }] of pods(await render(values, options)))
      expect(spec.priorityClassName, where).toBe(priorityClassName)
  })
})

/** A placeholder that `setup render` fills in. */
function placeholder(name: string) {
  return `\${${name}}`
}

import { describe, expect, test } from 'vitest'
import { hasResources, isPrivileged, isRestricted, placed } from './containers.js'
import { containers, houses, pods, render } from './render.js'

/** Owner of the files of each pod: the official images' users, Misskey's, and our own. */
const uids = {
  dbserver: 999,
  redis: 999,
  elsearch: 1000,
  misskey: 991,
  'misskey-migrations': 991,
  'bluecore-secrets': 10001,
  'bluecore-test': 10001,
}

describe.each(houses)('%s', (_, values, options) => {
  test('every container has requests, a memory limit, and a restricted, read-only root', async () => {
    const all = placed(await render(values, options))
    expect(all.length).toBeGreaterThan(15)
    expect(all.filter(one => !hasResources(one) || !isRestricted(one) || isPrivileged(one))).toEqual([])
  })

  test('every pod runs as the owner of its files, with the default seccomp profile and no service links', async () => {
    for (const [where, { spec }] of pods(await render(values, options))) {
      const name = where.replace(/^\w+\//, '') as keyof typeof uids
      expect(spec.securityContext, where).toEqual({
        runAsNonRoot: true,
        runAsUser: uids[name],
        runAsGroup: uids[name],
        fsGroup: uids[name],
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      })
      expect(spec.enableServiceLinks, where).toBe(false)
    }
  })

  test('only the Job of the secrets has a token of the API server', async () => {
    for (const [where, { spec }] of pods(await render(values, options))) {
      expect(spec.automountServiceAccountToken, where).toBe(where === 'Job/bluecore-secrets')
    }
  })

  test('no password is in an argument, a variable or a ConfigMap', async () => {
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
    const given = config.flatMap(text =>
      [...text.matchAll(/^\s*(?:pass:|requirepass) *(.*)$/gm)].map(([, value]) => value),
    )
    expect(given.sort()).toEqual([
      placeholder('misskey-password'),
      placeholder('password'),
      placeholder('redis-password'),
    ])
  })

  test('a database waits for a lost node as long as Kubernetes does by default; Misskey does not', async () => {
    for (const [where, { spec }] of pods(await render(values, options))) {
      const limited = (spec.tolerations ?? []).filter(
        ({ tolerationSeconds }) => tolerationSeconds !== undefined,
      )
      const shorter = limited.map(({ key, tolerationSeconds }) => `${key} ${tolerationSeconds} s`)
      expect(shorter, where).toEqual(
        where === 'Deployment/misskey'
          ? ['node.kubernetes.io/not-ready 30 s', 'node.kubernetes.io/unreachable 30 s']
          : [],
      )
    }
  })

  test('all pods of a release have one priority', async () => {
    const { priorityClassName } = (values.global ?? {}) as { priorityClassName?: string }
    for (const [where, { spec }] of pods(await render(values, options)))
      expect(spec.priorityClassName, where).toBe(priorityClassName)
  })
})

/** What `setup render` fills. */
function placeholder(name: string) {
  return `\${${name}}`
}

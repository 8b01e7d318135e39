import { describe, expect, test } from 'vitest'
import { render } from '../testing/helm.js'
import { installations } from '../testing/installations.js'
import { type KubeObject, pods } from '../testing/objects.js'

/** The labels of every selector. That of a Deployment is immutable; that of a server's Service with a standby is set by the sidecars. */
const selects = ['app.kubernetes.io/instance', 'app.kubernetes.io/name']

describe.each(installations)('%s', (name, values, options) => {
  test('every name is valid and has at most 63 characters, except a volume, which includes the namespace', async () => {
    for (const { kind, metadata } of await render(values, options)) {
      expect(metadata.name, kind).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
      const longest = kind === 'PersistentVolume' ? 253 : 63
      expect(metadata.name.length, `${kind}/${metadata.name}`).toBeLessThanOrEqual(longest)
    }
  })

  test('every object and pod is labelled with its name and release, and with nothing that a new version changes', async () => {
    const objects = await render(values, options)
    const all: [string, KubeObject['metadata']['labels']][] = [
      ...objects.map(({ kind, metadata }): [string, typeof metadata.labels] => [
        `${kind}/${metadata.name}`,
        metadata.labels,
      ]),
      ...pods(objects).map(([where, { metadata }]): [string, typeof metadata.labels] => [
        where,
        metadata.labels,
      ]),
    ]
    for (const [where, labels = {}] of all) {
      expect(labels, where).toMatchObject({
        'app.kubernetes.io/name': expect.stringMatching(
          /^(misskey|misskey-migrations|dbserver(-2)?|redis(-2)?|elsearch(-2)?|bluecore|bluecore-guard|bluecore-secrets|bluecore-test)$/,
        ),
        'app.kubernetes.io/instance': options?.release ?? 'bluecore',
        'app.kubernetes.io/part-of': 'bluecore',
        'app.kubernetes.io/managed-by': 'Helm',
      })
      for (const label of Object.values(labels)) expect(label.length, where).toBeLessThanOrEqual(63)
      expect(Object.keys(labels).join(), where).not.toMatch(/version|chart/)
    }
  })

  test('every selector selects by name and release, and matches one pod, except the Service of a server with a standby', async () => {
    const objects = await render(values, options)
    const templates = pods(objects).map(([, { metadata }]) => metadata.labels)
    for (const { kind, metadata, spec } of objects) {
      if (!/^(Deployment|Service|PodDisruptionBudget)$/.test(kind)) continue
      if (kind === 'Service' && metadata.name !== 'misskey-sv' && name === 'standbys') {
        expect(spec.selector, metadata.name).toBeUndefined()
        continue
      }
      const labels: Record<string, string> = spec.selector.matchLabels ?? spec.selector
      expect(Object.keys(labels).sort(), `${kind}/${metadata.name}`).toEqual(selects)
      const chosen = templates.filter(template =>
        Object.entries(labels).every(([key, value]) => template[key] === value),
      )
      expect(chosen, `${kind}/${metadata.name}`).toHaveLength(1)
    }
  })

  test('every volume is mounted, and every mount has a volume', async () => {
    for (const [where, { spec }] of pods(await render(values, options))) {
      const mounted = [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ volumeMounts = [] }) =>
        volumeMounts.map(({ name }) => name),
      )
      const volumes = (spec.volumes ?? []).map(({ name }) => name)
      expect([...new Set(mounted)].sort(), where).toEqual(volumes.sort())
    }
  })

  test('every referenced object exists: from the chart, from the secrets Job, or given in the values', async () => {
    const objects = await render(values, options)
    const existing = new Set(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`))
    const job = objects.find(({ kind, metadata }) => kind === 'Job' && metadata.name === 'bluecore-secrets')
    // Its arguments are NAME=KEY,KEY...
    for (const arg of (job?.spec.template.spec.containers[0].args ?? []) as string[]) {
      if (arg.includes('=')) existing.add(`Secret/${arg.replace(/=.*/, '')}`)
    }
    const named = pods(objects).flatMap(([, { spec }]) => [
      ...(spec.serviceAccountName ? [`ServiceAccount/${spec.serviceAccountName}`] : []),
      ...(spec.volumes ?? []).flatMap(({ configMap, secret, projected, persistentVolumeClaim: claim }) => [
        ...(configMap ? [`ConfigMap/${configMap.name}`] : []),
        ...(secret ? [`Secret/${secret.secretName}`] : []),
        ...(claim ? [`PersistentVolumeClaim/${claim.claimName}`] : []),
        ...(projected?.sources ?? []).flatMap((source: { secret?: { name: string } }) =>
          source.secret ? [`Secret/${source.secret.name}`] : [],
        ),
      ]),
    ])
    expect(named.length).toBeGreaterThan(10)
    const given = JSON.stringify(values)
    const missing = named.filter(name => !existing.has(name) && !given.includes(`"${name.split('/')[1]}"`))
    expect(missing).toEqual([])
  })
})

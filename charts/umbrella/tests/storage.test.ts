import { expect, test } from 'vitest'
import { render } from '../testing/helm.js'
import { installations } from '../testing/installations.js'
import { pods } from '../testing/objects.js'

test.each(installations)(
  '%s: volumes, claims and Secrets are kept on uninstall, and the accounts that pods of an earlier version may still name',
  async (_, values, options) => {
    for (const { kind, metadata } of await render(values, options)) {
      const kept =
        /^(PersistentVolume|Secret)/.test(kind) ||
        (kind === 'ServiceAccount' && metadata.name !== 'bluecore-secrets')
          ? 'keep'
          : undefined
      expect(metadata.annotations?.['helm.sh/resource-policy'], `${kind}/${metadata.name}`).toBe(kept)
    }
  },
)

test.each(installations)(
  '%s: every claim is checked before anything else in its pod starts',
  async (name, values, options) => {
    let claims = 0
    for (const [where, { spec }] of pods(await render(values, options))) {
      const volumes = (spec.volumes ?? []).filter(({ persistentVolumeClaim }) => persistentVolumeClaim)
      claims += volumes.length
      const checks = spec.initContainers?.flatMap(({ args, volumeMounts = [] }, index) =>
        args?.[0] === 'storage' ? volumeMounts.map(({ name }) => `${index} ${name}`) : [],
      )
      expect(checks ?? [], where).toEqual(volumes.map(({ name }, index) => `${index} ${name}`))
    }
    expect(claims).toBe(name === 'standbys' ? 7 : 4)
  },
)

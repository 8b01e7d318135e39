import { describe, expect, test } from 'vitest'
import { hasThreeProbes, placed } from '../testing/containers.js'
import { render } from '../testing/helm.js'
import { installations } from '../testing/installations.js'
import { type Probe, pods } from '../testing/objects.js'

/** For how many seconds a probe may fail; the default of failureThreshold is 3. */
function tolerance({ periodSeconds, failureThreshold = 3 }: Probe): number {
  return periodSeconds * failureThreshold
}

describe.each(installations)('%s', (name, values, options) => {
  test('every long-running container has three probes, and becomes unready before it is killed', async () => {
    const lasting = placed(await render(values, options)).filter(one => one.lasting)
    const where = lasting.map(one => one.where).filter(one => name !== 'standbys' || !one.includes('-2:'))
    expect(where.sort()).toEqual([
      'Deployment/dbserver: health',
      'Deployment/dbserver: postgresql',
      'Deployment/elsearch: elasticsearch',
      'Deployment/elsearch: health',
      'Deployment/misskey: misskey',
      'Deployment/redis: health',
      'Deployment/redis: redis',
    ])
    for (const one of lasting) {
      expect(hasThreeProbes(one), one.where).toBe(true)
      const { readinessProbe, livenessProbe } = one.container
      expect(tolerance(livenessProbe as Probe), one.where).toBeGreaterThanOrEqual(
        tolerance(readinessProbe as Probe),
      )
    }
  })

  test('one-shot containers have no probes, and hooks end before the 300 s that Helm waits', async () => {
    const objects = await render(values, options)
    for (const { where, container, lasting } of placed(objects)) {
      if (!lasting) expect(Object.keys(container).join(), where).not.toContain('Probe')
    }
    const hooks = objects.filter(
      ({ kind, metadata }) => /^(Job|Pod)$/.test(kind) && metadata.annotations?.['helm.sh/hook'],
    )
    expect(hooks.length).toBeGreaterThan(0)
    for (const { metadata, spec } of hooks)
      expect(spec.activeDeadlineSeconds, metadata.name).toBeLessThan(300)
  })

  test('after the preStop pause at least 20 s are left to shut down, for a server 60 s', async () => {
    for (const [where, { spec }] of pods(await render(values, options))) {
      if (!where.startsWith('Deployment/')) continue
      const pause = Math.max(
        ...spec.containers.map(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0),
      )
      const left = (spec.terminationGracePeriodSeconds ?? 0) - pause
      expect(left, where).toBeGreaterThanOrEqual(where === 'Deployment/misskey' ? 20 : 60)
    }
  })

  test('either the Deployment or an autoscaler sets the number of replicas', async () => {
    const objects = await render(values, options)
    const scalers = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
    for (const { kind, metadata, spec } of objects.filter(({ kind }) => kind === 'Deployment')) {
      const of = scalers.filter(
        scaler =>
          scaler.spec.scaleTargetRef.kind === kind && scaler.spec.scaleTargetRef.name === metadata.name,
      )
      expect(of.length + (spec.replicas === undefined ? 0 : 1), metadata.name).toBe(1)
    }
    for (const { spec } of scalers) {
      expect(spec.maxReplicas).toBeGreaterThanOrEqual(spec.minReplicas)
      expect(spec.scaleTargetRef.name).toBe('misskey')
    }
  })

  test('a disruption budget for Deployments with several replicas, and for no others', async () => {
    const objects = await render(values, options)
    const least = objects.flatMap(({ kind, metadata, spec }): [string, number][] => {
      if (kind === 'HorizontalPodAutoscaler') return [[spec.scaleTargetRef.name, spec.minReplicas]]
      return kind === 'Deployment' && spec.replicas ? [[metadata.name, spec.replicas]] : []
    })
    const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget')
    expect(budgets.map(({ spec }) => spec.selector.matchLabels['app.kubernetes.io/name'])).toEqual(
      least.filter(([, replicas]) => replicas > 1).map(([name]) => name),
    )
    for (const { spec } of budgets) expect(spec.maxUnavailable).toBe(1)
  })
})

import { expect, test } from 'vitest'
import { requested } from '../bench/requests.js'
import type { Container, KubeObject } from '../testing/objects.js'

function asks(cpu: string, memory: string, restartPolicy?: string): Container {
  const resources = { requests: { cpu, memory }, limits: {} }
  return { name: 'x', image: 'x', resources, ...(restartPolicy && { restartPolicy }) }
}

function deployment(
  replicas: number | undefined,
  initContainers: Container[],
  containers: Container[],
): KubeObject {
  const template = { metadata: { labels: {} }, spec: { initContainers, containers } }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec: { replicas, template } }
}

const sidecar = asks('10m', '48Mi', 'Always')

test.each<[string, KubeObject, { pods: number; cpu: number; memory: number }]>([
  [
    'servers and sidecars add up',
    deployment(1, [sidecar], [asks('1', '1Gi')]),
    { pods: 1, cpu: 1.01, memory: 1072 },
  ],
  [
    'init containers do not add up: only the largest counts, if it exceeds the servers',
    deployment(1, [asks('100m', '2Gi'), asks('2', '64Mi')], [asks('500m', '512Mi')]),
    { pods: 1, cpu: 2, memory: 2048 },
  ],
  [
    'an init container runs alongside the sidecars before it, not those after it',
    deployment(1, [asks('1', '100Mi'), sidecar, asks('500m', '200Mi')], [asks('100m', '10Mi')]),
    { pods: 1, cpu: 1, memory: 248 },
  ],
  ['every replica', deployment(3, [], [asks('0.5', '1Gi')]), { pods: 3, cpu: 1.5, memory: 3072 }],
  [
    'one replica if an autoscaler sets the number',
    deployment(undefined, [], [asks('1', '1Gi')]),
    { pods: 1, cpu: 1, memory: 1024 },
  ],
])('%s', (_, object, expected) => {
  const { pods, cpu, memory } = requested([object])
  expect(pods).toBe(expected.pods)
  expect(cpu).toBeCloseTo(expected.cpu)
  expect(memory).toBeCloseTo(expected.memory)
})

test('an invalid quantity is an error', () => {
  expect(() => requested([deployment(1, [], [asks('1', '1GB')])])).toThrow('not a quantity: 1GB')
})

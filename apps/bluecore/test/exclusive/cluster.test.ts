import { kube, namespace, nodes, status } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { beforeAll, describe, expect, test } from 'vitest'
import { reach } from '../../testing/connections.js'
import { podsOf, waitForRelease } from '../../testing/pods.js'

const { core } = kube()

beforeAll(() => waitForRelease(namespace))

describe('the cluster', () => {
  test('has one server and three workers, all Ready', async () => {
    const found = await status()
    expect(found.nodes.map(({ name }) => name).sort()).toEqual(nodes.map(({ name }) => name).sort())
    expect(found.nodes.filter(({ ready }) => !ready)).toEqual([])
  })

  test('has every pod Ready, three of Misskey and one of each server', async () => {
    const pods = (await status()).pods.filter(({ phase }) => phase !== 'Succeeded')
    expect(pods.filter(({ ready }) => !ready)).toEqual([])
    const count = (prefix: string) =>
      pods.filter(pod => pod.namespace === namespace && pod.name.startsWith(prefix)).length
    expect(['misskey-', 'dbserver-', 'redis-', 'elsearch-'].map(count)).toEqual([3, 1, 1, 1])
  })

  test('runs two CoreDNS pods on different nodes', async () => {
    const dns = (await status()).pods.filter(({ name }) => name.startsWith('coredns-'))
    expect(new Set(dns.map(({ node }) => node)).size).toBe(2)
  })

  test('has no Service that is reachable from outside without the proxy', async () => {
    const { items } = await core.listServiceForAllNamespaces()
    expect(items.map(({ spec }) => spec?.type).filter(type => type !== 'ClusterIP')).toEqual([])
  })

  test('refuses a pod without the restricted security context', async () => {
    const pod = {
      metadata: { name: 'unrestricted' },
      spec: { containers: [{ name: 'main', image: 'docker.io/library/redis:7' }] },
    }
    await expect(core.createNamespacedPod({ namespace, body: pod })).rejects.toThrow(
      /violates PodSecurity .*restricted:latest/,
    )
  })

  test('connects pods on different nodes', async () => {
    const [from] = await podsOf(namespace, 'misskey')
    const dns = await core.listNamespacedPod({ namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' })
    const to = dns.items.find(({ spec }) => spec?.nodeName !== from?.spec?.nodeName)
    const target = `${to?.status?.podIP}:53`
    expect(await reach(from as V1Pod, [target])).toEqual({ [target]: 'open' })
  })
})

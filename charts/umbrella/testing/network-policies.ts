// Evaluates NetworkPolicies: who may connect to whom.
import { BlockList, isIPv6 } from 'node:net'
import type { KubeObject } from './objects.js'

/** One end of a connection: a pod, or without labels an address outside the cluster. */
export interface End {
  ip: string
  namespace?: string
  labels?: Record<string, string>
}

/**
 * May `from` open a TCP connection to `to`? Both ends must allow it; an end that no policy selects allows everything.
 * @param policies all objects; other kinds are ignored
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function reaches(policies: readonly KubeObject[], from: End, to: End, port: number): boolean {
  return goesOut(policies, from, to, port) && letsIn(policies, from, to, port)
}

/** Whether the policies of `from` allow it. */
export function goesOut(policies: readonly KubeObject[], from: End, to: End, port: number): boolean {
  return allows(policies, 'egress', from, to, port)
}

/** Whether the policies of `to` allow it. */
export function letsIn(policies: readonly KubeObject[], from: End, to: End, port: number): boolean {
  return allows(policies, 'ingress', to, from, port)
}

/** The policies that select a pod. */
export function policiesOf(policies: readonly KubeObject[], { labels, namespace }: End): KubeObject[] {
  return policies.filter(
    ({ kind, metadata, spec }) =>
      kind === 'NetworkPolicy' &&
      metadata.namespace === namespace &&
      labels !== undefined &&
      selects(spec.podSelector, labels),
  )
}

interface Selector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: 'In'; values: string[] }[]
}

interface Peer {
  podSelector?: Selector
  namespaceSelector?: Selector
  ipBlock?: { cidr: string; except?: string[] }
}

interface Rule {
  from?: Peer[]
  to?: Peer[]
  ports?: { protocol: string; port?: number }[]
}

function allows(
  policies: readonly KubeObject[],
  direction: 'ingress' | 'egress',
  pod: End,
  other: End,
  port: number,
): boolean {
  const closing = policiesOf(policies, pod).filter(({ spec }) =>
    spec.policyTypes.some((type: string) => type.toLowerCase() === direction),
  )
  const rules: Rule[] = closing.flatMap(({ spec }) => spec[direction] ?? [])
  return (
    closing.length === 0 ||
    rules.some(({ from, to, ports }) => {
      const peers = from ?? to
      return (
        (!peers || peers.some(peer => matches(peer, other, pod))) &&
        (!ports || ports.some(one => one.protocol === 'TCP' && (one.port ?? port) === port))
      )
    })
  )
}

function matches({ ipBlock, namespaceSelector, podSelector }: Peer, end: End, pod: End): boolean {
  if (ipBlock) return inside([ipBlock.cidr], end.ip) && !inside(ipBlock.except ?? [], end.ip)
  const inNamespace = namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': end.namespace ?? '' })
    : end.namespace === pod.namespace
  return end.labels !== undefined && inNamespace && selects(podSelector ?? {}, end.labels)
}

function selects(
  { matchLabels = {}, matchExpressions = [] }: Selector,
  labels: Record<string, string>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))
  )
}

/** Ranges of the other address family are skipped, as BlockList finds IPv4 addresses in ::/0. */
function inside(ranges: readonly string[], ip: string): boolean {
  const family = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4')
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    if (family(address) === family(ip)) list.addSubnet(address, Number(bits), family(ip))
  }
  return list.check(ip, family(ip))
}

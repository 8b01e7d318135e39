import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolPath } from '@bluecore/kube-tools'
import type { End } from './network-policies.js'
import type { KubeObject } from './objects.js'

export interface Connection {
  from: End
  to: End
  port: number
  protocol?: 'TCP' | 'UDP'
}

/**
 * Whether the NetworkPolicies allow each connection, according to cyclonus, an independent analyser of policies.
 * @param objects other kinds are ignored
 */
export async function allowed(
  objects: readonly KubeObject[],
  connections: readonly Connection[],
): Promise<boolean[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-cyclonus-'))
  try {
    const policies = join(folder, 'policies.json')
    const traffic = join(folder, 'traffic.json')
    const items = objects.filter(({ kind }) => kind === 'NetworkPolicy')
    writeFileSync(
      policies,
      JSON.stringify({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicyList', items }),
    )
    writeFileSync(traffic, JSON.stringify(connections.map(asTraffic)))
    const args = ['analyze', '--mode', 'query-traffic', '--policy-path', policies, '--traffic-path', traffic]
    const { stdout } = await promisify(execFile)(await toolPath('cyclonus'), args, { maxBuffer: 64e6 })
    return connections.map(readVerdicts(stdout))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function asTraffic({ from, to, port, protocol = 'TCP' }: Connection) {
  const peer = ({ ip, namespace, labels }: End) => ({
    IP: ip,
    Internal: labels && {
      Namespace: namespace,
      NamespaceLabels: { 'kubernetes.io/metadata.name': namespace },
      PodLabels: labels,
    },
  })
  return {
    Source: peer(from),
    Destination: peer(to),
    Protocol: protocol,
    ResolvedPort: port,
    ResolvedPortName: '',
  }
}

/** Its output has two tables for each connection, the query and the verdict. */
function readVerdicts(stdout: string) {
  const answers = stdout.split('\nTraffic:\n').slice(1)
  return ({ from, to, port, protocol = 'TCP' }: Connection, index: number): boolean => {
    const answer = answers[index] ?? ''
    const cells = (row: RegExp) => row.exec(answer)?.slice(1)
    const asked = [
      cells(/^\| (\d+) \(\) on (\w+) +\| source +\| (\S+) /m),
      cells(/^\| +\| destination +\| (\S+) /m),
    ]
    const verdict = cells(/^\| IS ALLOWED\? +\| +(TRUE|FALSE) /m)?.[0]
    const expected = [[String(port), protocol, from.ip], [to.ip]]
    if (JSON.stringify(asked) !== JSON.stringify(expected) || !verdict) {
      throw new Error(`unexpected output of cyclonus, expected ${JSON.stringify(expected)}:\n${answer}`)
    }
    return verdict === 'TRUE'
  }
}

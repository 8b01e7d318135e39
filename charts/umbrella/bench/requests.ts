import type { Container, KubeObject, PodTemplate } from '../testing/objects.js'

/** What the scheduler reserves: CPU in cores, memory in MiB. */
export interface Requests {
  pods: number
  cpu: number
  memory: number
}

const factors: Record<string, number> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
}

/** The sum over Deployments and StatefulSets with all replicas. @throws Error for an invalid quantity */
export function requested(objects: readonly KubeObject[]): Requests {
  const sum = { pods: 0, cpu: 0, memory: 0 }
  for (const { kind, spec } of objects) {
    if (kind !== 'Deployment' && kind !== 'StatefulSet') continue
    const replicas: number = spec.replicas ?? 1
    sum.pods += replicas
    sum.cpu += replicas * ofPod(spec.template, 'cpu')
    sum.memory += (replicas * ofPod(spec.template, 'memory')) / 2 ** 20
  }
  return sum
}

/**
 * Init containers run one after the other, before the servers and alongside the sidecars that have started by then.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
function ofPod({ spec }: PodTemplate, resource: string): number {
  let sidecars = 0
  let most = 0
  for (const container of spec.initContainers ?? []) {
    const own = ofContainer(container, resource)
    if (container.restartPolicy === 'Always') sidecars += own
    else most = Math.max(most, sidecars + own)
  }
  const servers = spec.containers.reduce((sum, container) => sum + ofContainer(container, resource), 0)
  return Math.max(most, sidecars + servers)
}

function ofContainer({ resources }: Container, resource: string): number {
  const quantity = String(resources?.requests?.[resource] ?? 0)
  const [, number, suffix = ''] = /^([\d.]+)(.*)$/.exec(quantity) ?? []
  const factor = factors[suffix]
  if (number === undefined || factor === undefined) throw new Error(`not a quantity: ${quantity}`)
  return Number(number) * factor
}

// Predicates for containers: the tests require them, the benchmark counts how many containers satisfy them.
import { type Container, type KubeObject, type PodTemplate, pods } from './objects.js'

export interface Placed {
  /** "Kind/pod: container" */
  where: string
  pod: PodTemplate
  container: Container
  /** Runs as long as its pod: a server or a native sidecar. */
  lasting: boolean
}

/** Every container of every pod, with its pod. */
export function placed(objects: readonly KubeObject[]): Placed[] {
  return pods(objects).flatMap(([name, pod]) => {
    const ends = /^(Job|Pod)\//.test(name)
    const place = (container: Container, lasting: boolean): Placed => ({
      where: `${name}: ${container.name}`,
      pod,
      container,
      lasting,
    })
    return [
      ...(pod.spec.initContainers ?? []).map(one => place(one, !ends && one.restartPolicy === 'Always')),
      ...pod.spec.containers.map(one => place(one, !ends)),
    ]
  })
}

export function hasThreeProbes({ container }: Placed): boolean {
  return [container.startupProbe, container.readinessProbe, container.livenessProbe].every(Boolean)
}

/** Requests and a memory limit; a CPU limit would only throttle. */
export function hasResources({ container: { resources } }: Placed): boolean {
  const { requests, limits } = resources ?? {}
  return [requests?.cpu, requests?.memory, limits?.memory].every(Boolean)
}

/**
 * Pod Security Standard "restricted", and a read-only root.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function isRestricted(place: Placed): boolean {
  const pod = place.pod.spec.securityContext ?? {}
  const own = place.container.securityContext ?? {}
  return (
    (own.runAsNonRoot ?? pod.runAsNonRoot) === true &&
    (own.runAsUser ?? pod.runAsUser) !== 0 &&
    (own.seccompProfile ?? pod.seccompProfile)?.type === 'RuntimeDefault' &&
    !isPrivileged(place) &&
    own.allowPrivilegeEscalation === false &&
    own.readOnlyRootFilesystem === true &&
    own.capabilities?.drop?.includes('ALL') === true &&
    (own.capabilities.add ?? []).length === 0
  )
}

export function isPrivileged({ container: { securityContext } }: Placed): boolean {
  return securityContext?.privileged === true
}

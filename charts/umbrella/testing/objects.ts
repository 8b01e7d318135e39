// The parts of Kubernetes objects that tests and benchmark use.
import { parseAllDocuments } from 'yaml'

export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
  }
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own
  spec?: any
  data?: Record<string, string>
  // biome-ignore lint/suspicious/noExplicitAny: only a Role has them
  rules?: any[]
}

export interface PodTemplate {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> }
  spec: {
    automountServiceAccountToken?: boolean
    enableServiceLinks?: boolean
    dnsConfig?: object
    terminationGracePeriodSeconds?: number
    activeDeadlineSeconds?: number
    serviceAccountName?: string
    priorityClassName?: string
    nodeSelector?: Record<string, string>
    imagePullSecrets?: { name: string }[]
    securityContext?: SecurityContext
    tolerations?: { key: string; tolerationSeconds?: number }[]
    initContainers?: Container[]
    containers: Container[]
    // biome-ignore lint/suspicious/noExplicitAny: each kind of volume has its own
    volumes?: ({ name: string } & Record<string, any>)[]
  }
}

export interface Container {
  name: string
  image: string
  restartPolicy?: string
  command?: string[]
  args?: string[]
  env?: { name: string; value?: string }[]
  resources?: Record<'requests' | 'limits', Record<string, string>>
  securityContext?: SecurityContext
  ports?: { name: string; containerPort: number }[]
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[]
  startupProbe?: Probe
  readinessProbe?: Probe
  livenessProbe?: Probe
  lifecycle?: { preStop?: { sleep?: { seconds: number } } }
}

/** Of a pod or of a container. */
export interface SecurityContext {
  runAsNonRoot?: boolean
  runAsUser?: number
  privileged?: boolean
  allowPrivilegeEscalation?: boolean
  readOnlyRootFilesystem?: boolean
  capabilities?: { add?: string[]; drop?: string[] }
  seccompProfile?: { type: string }
}

export interface Probe {
  httpGet: { path: string; port: number }
  periodSeconds: number
  failureThreshold?: number
}

/** The objects of manifests. YAML 1.1, as Kubernetes reads it: 0440 is octal. */
export function parse(text: string): KubeObject[] {
  return parseAllDocuments(text, { version: '1.1' })
    .map(document => document.toJS() as KubeObject | null)
    .filter(object => object !== null)
}

/** The only object of that kind and name. @throws Error unless there is exactly one */
export function only(objects: readonly KubeObject[], kind: string, name: string | RegExp): KubeObject {
  const found = objects.filter(
    object =>
      object.kind === kind &&
      (typeof name === 'string' ? object.metadata.name === name : name.test(object.metadata.name)),
  )
  if (found.length !== 1 || !found[0])
    throw new Error(`expected one ${kind} named ${name}, found ${found.length}`)
  return found[0]
}

/** The pod template of every workload, by "Kind/name" (a Job's without its hash). */
export function pods(objects: readonly KubeObject[]): [string, PodTemplate][] {
  return objects.flatMap(({ kind, metadata, spec }): [string, PodTemplate][] => {
    const template = kind === 'Pod' ? { metadata, spec } : spec?.template
    return template?.spec ? [[`${kind}/${metadata.name.replace(/-[0-9a-f]{8}$/, '')}`, template]] : []
  })
}

/** Every container of every pod, init containers included, by "Kind/name: container". */
export function containers(objects: readonly KubeObject[]): [string, Container][] {
  return pods(objects).flatMap(([pod, { spec }]) =>
    [...(spec.initContainers ?? []), ...spec.containers].map((one): [string, Container] => [
      `${pod}: ${one.name}`,
      one,
    ]),
  )
}

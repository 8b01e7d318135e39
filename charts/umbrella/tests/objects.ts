// Those parts of Kubernetes' objects that the tests look at.

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

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
    imagePullSecrets?: { name: string }[]
    securityContext?: Record<string, unknown>
    tolerations?: { key: string; tolerationSeconds?: number }[]
    initContainers?: Container[]
    containers: Container[]
    volumes?: ({ name: string } & Record<string, unknown>)[]
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
  securityContext?: Record<string, unknown>
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[]
  startupProbe?: Probe
  readinessProbe?: Probe
  livenessProbe?: Probe
}

export interface Probe {
  httpGet: { path: string; port: number }
  periodSeconds: number
  failureThreshold?: number
}

import type { RenderOptions, Values } from './helm.js'

/** Values of installations that differ as much as possible. */
export const valuesOf = {
  defaults: {},
  'one registry, pull secrets': {
    global: { imageRegistry: 'registry.example:5000/mirror', imagePullSecrets: ['one', 'two'] },
  },
  'existing Secrets and claims': {
    global: { existingSecrets: { dbserver: 'my-db', redis: 'my-redis' } },
    postgresql: { storage: { existingClaim: 'my-dbserver' } },
    redis: { storage: { existingClaim: 'my-redis' } },
    elasticsearch: { storage: { existingClaim: 'my-elsearch' } },
    misskey: { storage: { existingClaim: 'my-files' } },
    test: { existingSecret: 'my-token' },
  },
  'StorageClass volumes, one replica': {
    postgresql: { storage: { class: 'fast' } },
    redis: { storage: { class: 'fast' } },
    elasticsearch: { storage: { class: 'fast' } },
    misskey: { replicas: 1, storage: { class: 'shared' }, config: { maxFileSize: 1_000_000 } },
  },
  'autoscaling, larger resources': {
    misskey: {
      url: 'https://social.example/',
      replicas: 2,
      autoscaling: { enabled: true, maxReplicas: 12, cpuPercent: 60 },
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '2Gi' } },
    },
    elasticsearch: { resources: { requests: { memory: '3Gi' }, limits: { memory: '4Gi' } } },
  },
  'all monitoring': {
    monitoring: {
      namespace: 'observability',
      podMonitor: { enabled: true, interval: '15s', labels: { release: 'prometheus' } },
      alerts: { enabled: true, labels: { release: 'prometheus' } },
      dashboard: { enabled: true },
    },
  },
  'node placement, mount options': {
    global: {
      priorityClassName: 'important',
      nfs: { server: '192.0.2.7', mountOptions: ['hard', 'nfsvers=4.1'] },
    },
    postgresql: { nodeSelector: { disk: 'ssd' }, tolerations: [{ key: 'only', operator: 'Exists' }] },
    redis: {
      nodeSelector: { 'kubernetes.io/hostname': 'north' },
      storage: { mountOptions: ['hard', 'noatime'] },
    },
    elasticsearch: { tolerations: [{ key: 'memory', value: 'much', effect: 'NoSchedule' }] },
    misskey: { nodeSelector: { disk: 'none' }, tolerations: [{ key: 'only', operator: 'Exists' }] },
  },
  'policies with address ranges': {
    networkPolicy: {
      misskey: { from: ['192.168.1.0/24', '10.42.0.0/16'], to: ['192.168.1.25/32'] },
      servers: { from: ['192.168.1.10/32'] },
      apiServer: { cidrs: ['192.168.1.2/32', '10.43.0.1/32'], ports: [6443] },
    },
    monitoring: { podMonitor: { enabled: true } },
  },
  standbys: { postgresql: { replicas: 2 }, redis: { replicas: 2 }, elasticsearch: { replicas: 2 } },
  'policies and lease off, existing test token': {
    global: { lease: { enabled: false } },
    networkPolicy: { enabled: false },
    test: { existingSecret: 'my-token' },
  },
} satisfies Record<string, Values>

/** The longest names that Helm and Kubernetes accept. */
const longNames: RenderOptions = { release: 'r'.repeat(53), namespace: 'n'.repeat(63) }

/** Installations for tests of what must hold for all of them. */
export const installations: [name: string, values: Values, options?: RenderOptions][] = [
  ...Object.entries(valuesOf).map(([name, values]): [string, Values] => [name, values]),
  ['long release and namespace names', {}, longNames],
]

import { z } from 'zod'

/** The error message for a key, from the path of the object it is in, such as "misskey.storage", or "" at the top. */
type Message = (parent: string) => string

/** Keys that the schema accepts only so that the templates can reject them with a message that helps. */
export const unsupported = z.registry<Message>()

const within = (parent: string, name: string) => (parent ? `${parent}.${name}` : name)

/** Fields for a strictObject: keys of earlier versions of this chart. */
const removed = <Name extends string>(names: Record<Name, string>) =>
  reject(names, (path, why) => `${path} was removed: ${why}`)

/** Fields for a strictObject: keys of other charts, and why this chart has no such value. */
const absent = <Name extends string>(names: Record<Name, string>) =>
  reject(names, (path, why) => `${path}: ${why}`)

/** Fields for a strictObject: keys of other charts, and the name that the value has here, within the same object. */
const renamed = <Name extends string>(names: Record<Name, string>) =>
  reject(names, (path, name, parent) => `${path}: use ${within(parent, name)}`)

function reject<Name extends string>(
  names: Record<Name, string>,
  message: (path: string, text: string, parent: string) => string,
) {
  const fields = Object.entries<string>(names).map(([name, text]) => [
    name,
    z
      .any()
      .optional()
      .register(unsupported, parent => message(within(parent, name), text, parent)),
  ])
  return Object.fromEntries(fields) as Record<Name, z.ZodOptional<z.ZodAny>>
}

const none = 'this chart has no Ingress; point your reverse proxy at misskey-sv:3000'
const services = 'Services are fixed: misskey-sv, dbserver-sv, redis-sv and elsearch-sv, each a ClusterIP'
const fixed = "names are fixed, because the site's proxy and DNS refer to them"
const hardened = 'it is fixed: every pod meets the Pod Security Standard "restricted"'
const probes = 'probes are fixed, with the time that each server may need'
const each = (key: string) => `each service has its own, such as misskey.${key}`
const passwords = (secret: string) =>
  `passwords are not values: the chart generates them in the cluster, or global.existingSecrets.${secret} names your Secret`
const spread = 'it is fixed; use nodeSelector and tolerations to select nodes'

/** Keys that all four services have in common. */
const ofServices = {
  ...absent({
    ingress: none,
    service: services,
    nameOverride: fixed,
    fullnameOverride: fixed,
    affinity: spread,
    podSecurityContext: hardened,
    containerSecurityContext: hardened,
    securityContext: hardened,
    startupProbe: probes,
    livenessProbe: probes,
    readinessProbe: probes,
    imagePullSecrets: 'use global.imagePullSecrets',
    priorityClassName: 'use global.priorityClassName, which applies to all pods',
    metrics: 'use monitoring.podMonitor',
    networkPolicy: 'use networkPolicy, which covers all services',
  }),
  ...renamed({
    persistence: 'storage',
    storageClass: 'storage.class',
    existingClaim: 'storage.existingClaim',
    nfs: 'storage.nfs',
  }),
}

const ofServers = {
  ...ofServices,
  ...absent({ enabled: 'Misskey needs it, and an external one is not supported' }),
  ...renamed({ replicaCount: 'replicas' }),
}

/** Rejected keys, by the object that users would put them in. */
export const unsupportedIn = {
  root: absent({
    ingress: none,
    service: services,
    nameOverride: fixed,
    fullnameOverride: fixed,
    affinity: spread,
    replicaCount: 'use misskey.replicas',
    replicas: 'use misskey.replicas',
    url: 'use misskey.url',
    config: 'use misskey.config',
    autoscaling: 'use misskey.autoscaling',
    image: each('image'),
    resources: each('resources'),
    nodeSelector: each('nodeSelector'),
    tolerations: each('tolerations'),
    persistence: each('storage'),
    storage: each('storage'),
    storageClass: each('storage.class'),
    nfs: 'use global.nfs',
    imageRegistry: 'use global.imageRegistry',
    imagePullSecrets: 'use global.imagePullSecrets',
    existingSecret: 'use global.existingSecrets',
    existingSecrets: 'use global.existingSecrets',
    metrics: 'use monitoring',
    serviceMonitor: 'use monitoring.podMonitor',
    postgres: 'use postgresql',
    dbserver: 'use postgresql',
    elastic: 'use elasticsearch',
    elsearch: 'use elasticsearch',
  }),
  global: {
    ...renamed({ registry: 'imageRegistry', existingSecret: 'existingSecrets' }),
    ...absent({
      storageClass: each('storage.class'),
      defaultStorageClass: each('storage.class'),
      postgresql: passwords('dbserver'),
      redis: passwords('redis'),
    }),
  },
  globalNfs: {
    ...renamed({ host: 'server', options: 'mountOptions' }),
    ...absent({ path: each('storage.nfs.path') }),
  },
  existingSecrets: renamed({ postgresql: 'dbserver', postgres: 'dbserver' }),
  misskey: {
    ...ofServices,
    ...renamed({ replicaCount: 'replicas', hpa: 'autoscaling', settings: 'config' }),
    ...absent({ enabled: 'Misskey is always installed', existingSecret: passwords('dbserver') }),
  },
  autoscaling: {
    ...renamed({ targetCPUUtilizationPercentage: 'cpuPercent', targetCPU: 'cpuPercent' }),
    ...absent({ minReplicas: 'use misskey.replicas' }),
  },
  postgresql: {
    ...ofServers,
    ...absent({
      auth: passwords('dbserver'),
      password: passwords('dbserver'),
      existingSecret: passwords('dbserver'),
      username: 'the roles are fixed: postgres, misskey and health',
      database: 'it is fixed: misskey',
      primary: 'there is one instance; its values are directly in postgresql',
    }),
  },
  redis: {
    ...ofServers,
    ...removed({ maxMemory: 'maxmemory is half of redis.resources.limits.memory' }),
    ...absent({
      maxmemory: 'maxmemory is half of redis.resources.limits.memory',
      auth: passwords('redis'),
      password: passwords('redis'),
      existingSecret: passwords('redis'),
      architecture: 'it is fixed: one instance on one volume; replicas: 2 adds a standby',
      master: 'there is one instance; its values are directly in redis',
    }),
  },
  elasticsearch: {
    ...ofServers,
    ...removed({ heap: 'the heap is half of elasticsearch.resources.limits.memory' }),
    ...absent({
      heapSize: 'the heap is half of elasticsearch.resources.limits.memory',
      esJavaOpts: 'the heap is half of elasticsearch.resources.limits.memory; other options cannot be set',
      master: 'there is one node; its values are directly in elasticsearch',
      sysctlImage: 'no sysctl is needed, as mmap is off',
    }),
  },
  image: {
    ...renamed({ name: 'repository', version: 'tag', sha: 'digest' }),
    ...absent({
      pullPolicy:
        'it cannot be set: Kubernetes pulls a tag that a node does not have yet, and latest each time',
      pullSecrets: 'use global.imagePullSecrets',
    }),
  },
  resources: renamed({ limit: 'limits', request: 'requests', memory: 'limits.memory' }),
  storage: {
    ...renamed({
      storageClass: 'class',
      storageClassName: 'class',
      claimName: 'existingClaim',
      server: 'nfs.server',
      path: 'nfs.path',
      options: 'mountOptions',
    }),
    ...absent({
      enabled: 'a volume is required, as data would be lost with the pod',
      accessMode: 'access modes are fixed',
      accessModes: 'access modes are fixed',
    }),
  },
  networkPolicy: absent({ allowExternal: 'use networkPolicy.misskey.from' }),
  monitoring: {
    ...renamed({ serviceMonitor: 'podMonitor', prometheusRule: 'alerts', rules: 'alerts' }),
    ...absent({ enabled: 'enable podMonitor, alerts and dashboard separately' }),
  },
  test: absent({ token: 'a token is not a value: test.existingSecret names a Secret that has it' }),
}

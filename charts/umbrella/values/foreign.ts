import { z } from 'zod'

/** What is said of a name, from the path of the object it was found in, such as "misskey.storage" or "". */
type Explanation = (parent: string) => string

/** Names that the schema lets pass so that the templates can refuse them in words. */
export const foreign = z.registry<Explanation>()

const within = (parent: string, name: string) => (parent ? `${parent}.${name}` : name)

/** Fields for a strictObject: names of this chart's earlier versions. */
const removed = <Name extends string>(names: Record<Name, string>) =>
  refuse(names, (path, why) => `${path} is gone: ${why}`)

/** Fields for a strictObject: names that users of other charts would type, and why there is no such value. */
const unknown = <Name extends string>(names: Record<Name, string>) =>
  refuse(names, (path, why) => `${path}: ${why}`)

/** Fields for a strictObject: names of values that have another name, within the same object. */
const called = <Name extends string>(names: Record<Name, string>) =>
  refuse(names, (path, right, parent) => `${path}: it is called ${within(parent, right)} here`)

function refuse<Name extends string>(
  names: Record<Name, string>,
  say: (path: string, text: string, parent: string) => string,
) {
  const fields = Object.entries<string>(names).map(([name, text]) => [
    name,
    z
      .any()
      .optional()
      .register(foreign, parent => say(within(parent, name), text, parent)),
  ])
  return Object.fromEntries(fields) as Record<Name, z.ZodOptional<z.ZodAny>>
}

const none = 'this chart makes none; the proxy of the house reaches misskey-sv:3000'
const fixed = 'names are fixed: the proxy and the DNS of the house know them'
const hardened = 'it is fixed: every pod meets the Pod Security standard "restricted"'
const probes = 'probes are fixed: they know how long each server may take'
const each = (key: string) => `each service has its own, such as misskey.${key}`
const passwords = (secret: string) =>
  `passwords never stand in values: they are made in the cluster, or a Secret of your own is named in global.existingSecrets.${secret}`
const spread = 'it is fixed; nodeSelector and tolerations choose nodes'

/** Names for the four services alike. */
const ofServices = {
  ...unknown({
    ingress: none,
    service: 'Services are fixed: misskey-sv, dbserver-sv, redis-sv and elsearch-sv, each a ClusterIP',
    nameOverride: fixed,
    fullnameOverride: fixed,
    affinity: spread,
    podSecurityContext: hardened,
    containerSecurityContext: hardened,
    securityContext: hardened,
    startupProbe: probes,
    livenessProbe: probes,
    readinessProbe: probes,
    imagePullSecrets: 'it is called global.imagePullSecrets here',
    priorityClassName: 'it is called global.priorityClassName here, for all pods alike',
    metrics: 'it is called monitoring.podMonitor here',
    networkPolicy: 'it is called networkPolicy here, for all services in one place',
  }),
  ...called({
    persistence: 'storage',
    storageClass: 'storage.class',
    existingClaim: 'storage.existingClaim',
    nfs: 'storage.nfs',
  }),
}

const ofServers = {
  ...ofServices,
  ...unknown({
    enabled: 'Misskey needs it: it cannot be left out, nor replaced by one elsewhere',
    replicas: 'it is a single instance; two would write to one volume',
    replicaCount: 'it is a single instance; two would write to one volume',
  }),
}

/** Names to refuse, by the object they would be typed in. */
export const foreignTo = {
  root: unknown({
    ingress: none,
    service: 'Services are fixed: misskey-sv, dbserver-sv, redis-sv and elsearch-sv, each a ClusterIP',
    nameOverride: fixed,
    fullnameOverride: fixed,
    affinity: spread,
    replicaCount: 'it is called misskey.replicas here',
    replicas: 'it is called misskey.replicas here',
    url: 'it is called misskey.url here',
    config: 'it is called misskey.config here',
    autoscaling: 'it is called misskey.autoscaling here',
    image: each('image'),
    resources: each('resources'),
    nodeSelector: each('nodeSelector'),
    tolerations: each('tolerations'),
    persistence: each('storage'),
    storage: each('storage'),
    storageClass: each('storage.class'),
    nfs: 'it is called global.nfs here',
    imageRegistry: 'it is called global.imageRegistry here',
    imagePullSecrets: 'it is called global.imagePullSecrets here',
    existingSecret: 'it is called global.existingSecrets here',
    existingSecrets: 'it is called global.existingSecrets here',
    metrics: 'it is called monitoring here',
    serviceMonitor: 'it is called monitoring.podMonitor here',
    postgres: 'it is called postgresql here',
    dbserver: 'it is called postgresql here',
    elastic: 'it is called elasticsearch here',
    elsearch: 'it is called elasticsearch here',
  }),
  global: {
    ...called({ registry: 'imageRegistry', existingSecret: 'existingSecrets' }),
    ...unknown({
      storageClass: each('storage.class'),
      defaultStorageClass: each('storage.class'),
      postgresql: passwords('dbserver'),
      redis: passwords('redis'),
    }),
  },
  globalNfs: {
    ...called({ host: 'server', options: 'mountOptions' }),
    ...unknown({ path: each('storage.nfs.path') }),
  },
  existingSecrets: called({ postgresql: 'dbserver', postgres: 'dbserver' }),
  misskey: {
    ...ofServices,
    ...called({ replicaCount: 'replicas', hpa: 'autoscaling', settings: 'config' }),
    ...unknown({ enabled: 'it is what this chart is for', existingSecret: passwords('dbserver') }),
  },
  autoscaling: {
    ...called({ targetCPUUtilizationPercentage: 'cpuPercent', targetCPU: 'cpuPercent' }),
    ...unknown({ minReplicas: 'it is misskey.replicas' }),
  },
  postgresql: {
    ...ofServers,
    ...unknown({
      auth: passwords('dbserver'),
      password: passwords('dbserver'),
      existingSecret: passwords('dbserver'),
      username: 'roles are fixed: postgres, misskey and health',
      database: 'it is fixed: misskey',
      primary: 'there is one instance: what others keep under primary stands in postgresql itself',
    }),
  },
  redis: {
    ...ofServers,
    ...removed({ maxMemory: 'data gets half of redis.resources.limits.memory' }),
    ...unknown({
      maxmemory: 'data gets half of redis.resources.limits.memory',
      auth: passwords('redis'),
      password: passwords('redis'),
      existingSecret: passwords('redis'),
      architecture: 'it is a single instance; two would write to one volume',
      master: 'there is one instance: what others keep under master stands in redis itself',
    }),
  },
  elasticsearch: {
    ...ofServers,
    ...removed({ heap: 'the heap is half of elasticsearch.resources.limits.memory' }),
    ...unknown({
      heapSize: 'the heap is half of elasticsearch.resources.limits.memory',
      esJavaOpts: 'the heap is half of elasticsearch.resources.limits.memory, and no other option is needed',
      master: 'there is one node: what others keep under master stands in elasticsearch itself',
      sysctlImage: 'no sysctl is needed: this Elasticsearch maps no files into memory',
    }),
  },
  image: {
    ...called({ name: 'repository', version: 'tag', sha: 'digest' }),
    ...unknown({
      pullPolicy: 'there is none: Kubernetes pulls a tag once, and latest each time',
      pullSecrets: 'it is called global.imagePullSecrets here',
    }),
  },
  resources: called({ limit: 'limits', request: 'requests', memory: 'limits.memory' }),
  storage: {
    ...called({
      storageClass: 'class',
      storageClassName: 'class',
      claimName: 'existingClaim',
      server: 'nfs.server',
      path: 'nfs.path',
      options: 'mountOptions',
    }),
    ...unknown({
      enabled: 'a volume is needed: without one all would be lost with the pod',
      accessMode: 'access modes are fixed',
      accessModes: 'access modes are fixed',
    }),
  },
  networkPolicy: unknown({ allowExternal: 'networkPolicy.misskey.from says who may come' }),
  monitoring: {
    ...called({ serviceMonitor: 'podMonitor', prometheusRule: 'alerts', rules: 'alerts' }),
    ...unknown({ enabled: 'podMonitor, alerts and dashboard are each enabled by themselves' }),
  },
  test: unknown({ token: 'a token never stands in values: test.existingSecret names a Secret with it' }),
}

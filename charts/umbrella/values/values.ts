import { z } from 'zod'
import { misskeyConfig } from './misskey-config.js'
import { helper, members, nas, placement, server, shown, storage } from './parts.js'
import { cidrs, count, labels, name, nameOrEmpty, switchedOff } from './rules.js'
import { unsupportedIn } from './unsupported.js'

const bluecore = 'registry.bluecore.internal/bluecore'

/** Helm copies the values under `global` into those of each subchart. */
const copied = { global: z.any().optional() }

const sidecar = (of: string) => helper(`${bluecore}/${of}-health:0.1.0`, ['10m', '48Mi', '128Mi'])

const chosenBy = labels.default({}).describe('Labels by which Prometheus or Grafana finds it.')

const labelled = z.strictObject({ enabled: switchedOff, labels: chosenBy }).register(shown, { flow: true })

const global = z.strictObject({
  imageRegistry: z
    .string()
    .regex(/^([A-Za-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._/-]*[a-z0-9])?)?$/)
    .default('')
    .describe("One registry for all images, such as registry.example:5000. Empty: each image's own."),
  imagePullSecrets: z
    .array(name)
    .default([])
    .describe('Names of Secrets with registry passwords. Not needed if the nodes have them.'),
  nfs: nas,
  existingSecrets: z
    .strictObject({
      dbserver: nameOrEmpty
        .default('')
        .describe('Keys postgres-password, misskey-password, health-password.'),
      redis: nameOrEmpty.default('').describe('Key password.'),
      ...unsupportedIn.existingSecrets,
    })
    .prefault({})
    .describe(
      'Passwords are generated once in the cluster and kept on uninstall. Name a Secret here to use your own.',
    ),
  lease: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe(
          'Without it, two servers write to one volume when a node is cut off from the network, and acknowledged data is lost.',
        ),
      profile: z
        .enum(['default', 'slow'])
        .default('default')
        .describe(
          '`slow` for a NAS that at times takes longer than 3 s to answer: every take-over takes 20 s longer.',
        ),
      takeOverFrom: z
        .string()
        .regex(/^[A-Za-z0-9_-]*$/)
        .default('')
        .describe(
          'Id of another release whose volumes are to be taken over. The refusal of the storage check names it.',
        ),
      fence: z
        .strictObject({
          url: z
            .string()
            .regex(/^(https?:\/\/[0-9]{1,3}(\.[0-9]{1,3}){3}(:[0-9]+)?(\/[^?#]*)?)?$/)
            .default('')
            .describe('Where it is asked, with an IPv4 address: http://192.0.2.5:8044'),
          existingSecret: nameOrEmpty
            .default('')
            .describe('Secret with the key `token`, which it asks for. Needed with `url`.'),
        })
        .prefault({})
        .describe(
          'A program of the site that keeps a node from the NAS when it is asked to, such as packages/hosts/fence. A silent holder is then fenced after 8 s, and not waited for.',
        ),
    })
    .prefault({})
    .describe(
      'One writer per volume: PostgreSQL, Redis and Elasticsearch run only while their pod holds a lease on the volume.',
    ),
  priorityClassName: nameOrEmpty.default('').describe('PriorityClass of every pod of the release.'),
  setup: helper(`${bluecore}/setup:0.1.0`, ['10m', '64Mi', '128Mi']).describe(
    'Jobs and init containers: Secrets, storage check, search index, waiting, configuration files.',
  ),
  ...unsupportedIn.global,
})

const misskey = z.strictObject({
  url: z
    .string()
    .regex(/^https?:\/\/[a-z0-9.-]+(:[0-9]+)?\/?$/)
    .default('https://misskey.bluecore.internal/')
    .describe('Public URL. It must not change after the first start, as accounts and posts contain it.'),
  replicas: count(100).default(3).describe('Number of pods.'),
  autoscaling: z
    .strictObject({
      enabled: switchedOff,
      maxReplicas: count(100).default(6).describe('Maximum number of pods.'),
      cpuPercent: count(100)
        .default(80)
        .describe('Percentage of the requested CPU above which a pod is added.'),
      ...unsupportedIn.autoscaling,
    })
    .prefault({})
    .describe('Adds pods under load; the minimum is `replicas`. Needs metrics-server, which k3s includes.'),
  config: misskeyConfig
    .prefault({})
    .describe("More settings for Misskey's configuration file, such as maxFileSize: 262144000"),
  ...server(`${bluecore}/misskey:12.119.2`, ['100m', '256Mi', '768Mi']),
  ...placement,
  storage: storage(
    '/bluecore/files',
    '100Gi',
    'Uploaded files, shared by all replicas. The folder on the NAS must belong to uid 991.',
  ),
  ...copied,
  ...unsupportedIn.misskey,
})

const postgresql = z.strictObject({
  ...members,
  ...server('docker.io/library/postgres:10.23', ['100m', '256Mi', '512Mi']),
  ...placement,
  storage: storage('/bluecore/dbserver', '50Gi', 'The folder on the NAS must belong to uid 999.'),
  health: sidecar('postgres'),
  ...copied,
  ...unsupportedIn.postgresql,
})

const redis = z.strictObject({
  ...members,
  ...server(
    'docker.io/library/redis:7',
    ['50m', '64Mi', '384Mi'],
    'maxmemory is half of the limit; Redis rejects writes above it. The other half is for rewriting the log.',
  ),
  ...placement,
  storage: storage('/bluecore/redis', '10Gi', 'The folder on the NAS must belong to uid 999.'),
  health: sidecar('redis'),
  ...copied,
  ...unsupportedIn.redis,
})

const elasticsearch = z.strictObject({
  ...members,
  ...server(
    'docker.elastic.co/elasticsearch/elasticsearch:7.4.2',
    ['250m', '800Mi', '1Gi'],
    'The Java heap is half of the limit and is allocated at the start.',
  ),
  ...placement,
  storage: storage('/bluecore/elsearch', '20Gi', 'The folder on the NAS must belong to uid 1000.'),
  health: sidecar('elasticsearch'),
  ...copied,
  ...unsupportedIn.elasticsearch,
})

const networkPolicy = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      'Each pod can connect only to what it needs, in both directions. Needs a cluster that enforces NetworkPolicies, as k3s does.',
    ),
  misskey: z
    .strictObject({
      from: cidrs
        .default([])
        .describe(
          "Address ranges that may connect to Misskey on port 3000. Empty: all. Traffic from outside the cluster may have the node's source address.",
        ),
      to: cidrs
        .default([])
        .describe(
          'Private address ranges that it may connect to in addition to the internet, such as a mail relay.',
        ),
    })
    .prefault({}),
  servers: z
    .strictObject({
      from: cidrs
        .default([])
        .describe(
          'Address ranges that may connect to PostgreSQL, Redis and Elasticsearch. Empty: only the pods that need them.',
        ),
    })
    .prefault({}),
  apiServer: z
    .strictObject({
      cidrs: cidrs
        .min(1)
        .default(['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'])
        .describe('Address ranges of the API server, both of its Service and of its endpoint.'),
      ports: z
        .array(z.int().min(1).max(65535))
        .min(1)
        .default([443, 6443])
        .describe('Ports of the API server, both of its Service and of its endpoint.'),
    })
    .register(shown, { flow: true })
    .prefault({})
    .describe('Where the Job that creates the Secrets and the health sidecars may connect to.'),
  ...unsupportedIn.networkPolicy,
})

const monitoring = z.strictObject({
  namespace: name
    .default('monitoring')
    .describe('Namespace of the Prometheus that may scrape the health sidecars.'),
  podMonitor: z
    .strictObject({
      enabled: switchedOff,
      interval: z
        .string()
        .regex(/^[1-9][0-9]*(s|m)$/)
        .default('30s')
        .describe('Scrape interval.'),
      labels: chosenBy,
    })
    .register(shown, { flow: true })
    .prefault({})
    .describe('A PodMonitor for the health sidecars.'),
  alerts: labelled.prefault({}).describe('A PrometheusRule with the rules in alerts/, each with a runbook.'),
  dashboard: labelled
    .prefault({ labels: { grafana_dashboard: '1' } })
    .describe("A ConfigMap with the dashboard, which Grafana's sidecar finds by its label."),
  ...unsupportedIn.monitoring,
})

const test = z.strictObject({
  existingSecret: nameOrEmpty
    .default('')
    .describe(
      'A Secret with a Misskey API token in the key `token`. Empty: the test signs up for an account, if registration is open.',
    ),
  ...unsupportedIn.test,
})

/** All values of all charts. `values.parse({})` returns the defaults; `describe` is the documentation. */
export const values = z.strictObject({
  global: global.prefault({}),
  common: z.strictObject(copied).optional(),
  misskey: misskey.prefault({}),
  postgresql: postgresql.prefault({}),
  redis: redis.prefault({}),
  elasticsearch: elasticsearch.prefault({}),
  networkPolicy: networkPolicy.prefault({}),
  monitoring: monitoring.prefault({}).describe('For a cluster with the Prometheus Operator and Grafana.'),
  test: test.prefault({}).describe('`helm test bluecore` posts a note, finds it and deletes it.'),
  ...unsupportedIn.root,
})

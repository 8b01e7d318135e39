import { z } from 'zod'
import { foreignTo } from './foreign.js'
import { misskeyConfig } from './misskey-config.js'
import { helper, nas, placement, server, shown, storage } from './parts.js'
import { cidrs, count, labels, name, nameOrEmpty, switchedOff } from './rules.js'

const bluecore = 'registry.bluecore.internal/bluecore'

/** Helm copies the values under `global` into those of each chart within. */
const copied = { global: z.any().optional() }

const sidecar = (of: string) => helper(`${bluecore}/${of}-health:0.1.0`, ['10m', '48Mi', '128Mi'])

const chosenBy = labels.default({}).describe('By which Prometheus or Grafana chooses it.')

const labelled = z.strictObject({ enabled: switchedOff, labels: chosenBy }).register(shown, { flow: true })

const global = z.strictObject({
  imageRegistry: z
    .string()
    .regex(/^([A-Za-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._/-]*[a-z0-9])?)?$/)
    .default('')
    .describe(
      "One registry for every image, ours and others': registry.example:5000. Empty: as each image says.",
    ),
  imagePullSecrets: z
    .array(name)
    .default([])
    .describe('Names of Secrets to pull with. Not needed where the nodes know the registry.'),
  nfs: nas,
  existingSecrets: z
    .strictObject({
      dbserver: nameOrEmpty
        .default('')
        .describe('Keys postgres-password, misskey-password, health-password.'),
      redis: nameOrEmpty.default('').describe('Key password.'),
      ...foreignTo.existingSecrets,
    })
    .prefault({})
    .describe(
      'Passwords are made once in the cluster and kept when the release goes. Name a Secret here to bring your own.',
    ),
  priorityClassName: nameOrEmpty
    .default('')
    .describe('A PriorityClass of the cluster for every pod of the release.'),
  setup: helper(`${bluecore}/setup:0.1.0`, ['10m', '64Mi', '128Mi']).describe(
    'One-shot jobs and init containers: secrets, search index, waiting, configuration files.',
  ),
  ...foreignTo.global,
})

const misskey = z.strictObject({
  url: z
    .string()
    .regex(/^https?:\/\/[a-z0-9.-]+(:[0-9]+)?\/?$/)
    .default('https://misskey.bluecore.internal/')
    .describe(
      'How the world reaches this Misskey. It must never change once it has run: accounts and posts carry it.',
    ),
  replicas: count(100).default(3).describe('Pods of Misskey.'),
  autoscaling: z
    .strictObject({
      enabled: switchedOff,
      maxReplicas: count(100).default(6).describe('As many at most.'),
      cpuPercent: count(100)
        .default(80)
        .describe('Per cent of the requested CPU at which another one is started.'),
      ...foreignTo.autoscaling,
    })
    .prefault({})
    .describe('More replicas than `replicas` while they are busy. Needs the metrics-server, which k3s has.'),
  config: misskeyConfig
    .prefault({})
    .describe("More settings of Misskey's own configuration file, such as maxFileSize: 262144000"),
  ...server(`${bluecore}/misskey:12.119.2`, ['100m', '256Mi', '768Mi']),
  ...placement,
  storage: storage(
    '/bluecore/files',
    '100Gi',
    'Uploaded files, shared by all replicas; owned by 991 on the NAS.',
  ),
  ...copied,
  ...foreignTo.misskey,
})

const postgresql = z.strictObject({
  ...server('docker.io/library/postgres:10.23', ['100m', '256Mi', '512Mi']),
  ...placement,
  storage: storage('/bluecore/dbserver', '50Gi', 'Owned by 999 on the NAS.'),
  health: sidecar('postgres'),
  ...copied,
  ...foreignTo.postgresql,
})

const redis = z.strictObject({
  ...server(
    'docker.io/library/redis:7',
    ['50m', '64Mi', '384Mi'],
    'Half of the limit is for data, after which writes are refused; the other half stays free for rewriting the log.',
  ),
  ...placement,
  storage: storage('/bluecore/redis', '10Gi', 'Owned by 999 on the NAS.'),
  health: sidecar('redis'),
  ...copied,
  ...foreignTo.redis,
})

const elasticsearch = z.strictObject({
  ...server(
    'docker.elastic.co/elasticsearch/elasticsearch:7.4.2',
    ['250m', '800Mi', '1Gi'],
    'Half of the limit is the Java heap, all of which is used from the start.',
  ),
  ...placement,
  storage: storage('/bluecore/elsearch', '20Gi', 'Owned by 1000 on the NAS.'),
  health: sidecar('elasticsearch'),
  ...copied,
  ...foreignTo.elasticsearch,
})

const networkPolicy = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      'Closed: each pod reaches and is reached by what it needs, and nothing else. It takes a cluster that enforces policies, as k3s does.',
    ),
  misskey: z
    .strictObject({
      from: cidrs
        .default([])
        .describe(
          "Address ranges that may open Misskey on port 3000; none: everyone. What comes through a node from outside the cluster may arrive with the node's address.",
        ),
      to: cidrs
        .default([])
        .describe(
          'Private address ranges that it may reach besides the internet: a mail relay, a proxy of the house.',
        ),
    })
    .prefault({}),
  servers: z
    .strictObject({
      from: cidrs
        .default([])
        .describe(
          'Address ranges that may reach PostgreSQL, Redis and Elasticsearch directly; none: only the pods that need them.',
        ),
    })
    .prefault({}),
  apiServer: z
    .strictObject({
      cidrs: cidrs.min(1).default(['0.0.0.0/0']).describe('Its address ranges.'),
      ports: z
        .array(z.int().min(1).max(65535))
        .min(1)
        .default([443, 6443])
        .describe('Its port; behind the Service of the cluster it has another.'),
    })
    .register(shown, { flow: true })
    .prefault({})
    .describe('Where the Job that makes the Secrets finds the API server.'),
  ...foreignTo.networkPolicy,
})

const monitoring = z.strictObject({
  namespace: name
    .default('monitoring')
    .describe('The namespace of the Prometheus that may scrape the health sidecars.'),
  podMonitor: z
    .strictObject({
      enabled: switchedOff,
      interval: z
        .string()
        .regex(/^[1-9][0-9]*(s|m)$/)
        .default('30s')
        .describe('Between two readings.'),
      labels: chosenBy,
    })
    .register(shown, { flow: true })
    .prefault({})
    .describe('Lets Prometheus find the health sidecars.'),
  alerts: labelled.prefault({}).describe('The rules of alerts/, each with a runbook.'),
  dashboard: labelled
    .prefault({ labels: { grafana_dashboard: '1' } })
    .describe("A ConfigMap that Grafana's sidecar finds by its label."),
  ...foreignTo.monitoring,
})

const test = z.strictObject({
  existingSecret: nameOrEmpty
    .default('')
    .describe(
      'A Secret with an API token of Misskey in the key `token`. Without it an account is made for the test, where Misskey lets anyone sign up.',
    ),
  ...foreignTo.test,
})

/** All values of all charts. `values.parse({})` gives the defaults; a comment is a `describe`. */
export const values = z.strictObject({
  global: global.prefault({}),
  common: z.strictObject(copied).optional(),
  misskey: misskey.prefault({}),
  postgresql: postgresql.prefault({}),
  redis: redis.prefault({}),
  elasticsearch: elasticsearch.prefault({}),
  networkPolicy: networkPolicy.prefault({}),
  monitoring: monitoring.prefault({}).describe('For a cluster with the Prometheus operator and Grafana.'),
  test: test.prefault({}).describe('`helm test bluecore` posts a note, finds it and deletes it.'),
  ...foreignTo.root,
})

// Clients that note which of their writes a server has acknowledged, so that one can tell which are lost, and who took them.
import { kube } from '@bluecore/lab'
import type { V1EnvVar, V1Pod } from '@kubernetes/client-node'
import { kubeTool } from '../src/commands.js'
import { readyPod, removePod } from './probe-pod.js'

const { core } = kube()

/** The servers that have a ledger, by the name of their Deployment. */
export type Ledgered = keyof typeof clients

export interface Row {
  row: number
  /** When it was acknowledged, in ms of the wall clock. */
  at: number
  /** The process that acknowledged it: another pod or a restart is another writer. */
  writer: string
}

export interface Ledger {
  /** The rows that were acknowledged so far, in their order. */
  rows(): Promise<Row[]>
  /** Compares. @returns the numbers of the acknowledged rows that the server does not have */
  lost(): Promise<number[]>
  remove(): Promise<void>
}

/** How a client talks to its server: bash, run in the server's own image. */
interface Client {
  image: string
  uid: number
  env: V1EnvVar[]
  /** Makes the ledger, empty; fails while the server cannot. */
  begin: string
  /** Writes $row, durably, on a connection of its own as a new client would, and prints the writer. */
  write: string
  /** Prints the numbers of all rows, a line each. */
  list: string
  /** Leaves the server as it was; without single quotes. */
  end: string
}

/** Whether a number of rows were acknowledged after a moment, in ms of the wall clock. */
export async function hasRows(ledger: Pick<Ledger, 'rows'>, after: number, count: number): Promise<boolean> {
  return (await ledger.rows()).filter(({ at }) => at > after).length >= count
}

const secret = (name: string, key: string) => ({ secretKeyRef: { name, key } })

const clients = {
  dbserver: {
    image: 'docker.io/library/postgres:10.23',
    uid: 999,
    env: [
      { name: 'PGUSER', value: 'postgres' },
      { name: 'PGCONNECT_TIMEOUT', value: '2' },
      { name: 'PGPASSWORD', valueFrom: secret('dbserver-auth', 'postgres-password') },
    ],
    begin: `psql -qh "$HOST" -c 'DROP TABLE IF EXISTS ledger; CREATE TABLE ledger (row int)'`,
    write: `timeout 3 psql -qAth "$HOST" -c "INSERT INTO ledger VALUES ($row)
      RETURNING inet_server_addr() || '/' || extract(epoch FROM pg_postmaster_start_time())"`,
    list: `psql -qAth "$HOST" -c 'SELECT row FROM ledger'`,
    end: 'timeout 3 psql -qh "$HOST" -c "DROP TABLE ledger"',
  },
  redis: {
    image: 'docker.io/library/redis:7',
    uid: 999,
    env: [{ name: 'REDISCLI_AUTH', valueFrom: secret('redis-auth', 'password') }],
    begin: '[[ $(ask "DEL ledger") =~ ^[01]$ ]]',
    // With everysec, Redis acknowledges before it syncs, and 7.0 has no WAITAOF: what a client could wait for does not exist.
    // With always, the log is synced before the answer goes out. A restarted server has its configured setting again, so
    // each connection sets it: an acknowledged row is then on the volume, and its loss is no matter of timing.
    write: `answer=$(ask 'CONFIG SET appendfsync always' "RPUSH ledger $row" 'INFO server') &&
      [[ $answer =~ ^OK[[:space:]]+[0-9]+[[:space:]] ]] && sed -n 's/^run_id:\\([0-9a-f]*\\).*/\\1/p' <<< "$answer"`,
    list: 'ask "LRANGE ledger 0 -1"',
    end: 'ask "DEL ledger" "CONFIG SET appendfsync everysec"',
  },
  elsearch: {
    image: 'docker.elastic.co/elasticsearch/elasticsearch:7.4.2',
    uid: 1000,
    env: [],
    begin: `curl -s --max-time 3 -X DELETE "$HOST:9200/ledger" > /dev/null
      curl -sf --max-time 10 -X PUT "$HOST:9200/ledger" -H 'content-type: application/json' -d '{ "settings":
        { "number_of_shards": 1, "number_of_replicas": 0, "max_result_window": 100000 } }' > /dev/null`,
    // The translog is synced before each answer (index.translog.durability: request). The second question goes over the same
    // connection, hence to the same server.
    write: `curl -sf --max-time 3 -X PUT "$HOST:9200/ledger/_doc/$row?op_type=create&filter_path=result" \\
        -H 'content-type: application/json' -d '{}' \\
        --next -sf --max-time 3 "$HOST:9200/_nodes/_local/jvm?filter_path=**.ip,**.start_time_in_millis" |
      sed -n 's/^{"result":"created"}.*"ip":"\\([^"]*\\)".*"start_time_in_millis":\\([0-9]*\\).*/\\1\\/\\2/p' | grep .`,
    list: `curl -sf --max-time 10 -X POST "$HOST:9200/ledger/_refresh" > /dev/null &&
      curl -sf --max-time 60 "$HOST:9200/ledger/_search?size=100000&filter_path=hits.hits._id" | grep -o '"_id":"[0-9]*"' | tr -dc '0-9\\n'`,
    end: 'curl -s --max-time 3 -X DELETE "$HOST:9200/ledger"',
  },
} satisfies Record<string, Client>

const functions = `
ask() { printf '%s\\n' "$@" | timeout 3 redis-cli -h "$HOST"; }`

/**
 * @param server the Deployment whose Service is written to
 * @param node where the client runs: one that the test leaves alone
 */
export async function startLedger(server: Ledgered, namespace: string, node: string): Promise<Ledger> {
  const name = `ledger-${server}`
  const kubectl = (args: readonly string[], options = {}) =>
    kubeTool('kubectl', ['--namespace', namespace, ...args], options)
  const inPod = (command: string) =>
    kubectl(['exec', name, '--', 'bash', '-c', `${functions}\n${command}`], { timeoutMs: 90_000 })
  await removePod(namespace, name)
  const policy = JSON.stringify(policyOf(name, server))
  await kubectl(['apply', '--filename', '-'], { input: policy })
  await core.createNamespacedPod({ namespace, body: await podOn(node, namespace, server) })
  await readyPod(namespace, name)

  async function rows(): Promise<Row[]> {
    const log = await core.readNamespacedPodLog({ namespace, name })
    return [...log.matchAll(/^(\d+\.\d+) (\d+) (.+)$/gm)].map(([, at, row, writer = '']) => ({
      row: Number(row),
      at: Number(at) * 1000,
      writer,
    }))
  }
  return {
    rows,
    async lost() {
      const acknowledged = await rows()
      const there = new Set((await inPod(clients[server].list)).split('\n').map(Number))
      return acknowledged.filter(({ row }) => !there.has(row)).map(({ row }) => row)
    },
    async remove() {
      await removePod(namespace, name)
      await kubectl(['delete', 'networkpolicy', name, '--ignore-not-found'])
    },
  }
}

/** The client belongs to nothing that the release's policies know, so it brings one that lets it reach its server. */
const policyOf = (name: string, server: Ledgered) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name },
  spec: {
    podSelector: { matchLabels: { 'app.kubernetes.io/component': server } },
    policyTypes: ['Ingress'],
    ingress: [{ from: [{ podSelector: { matchLabels: { 'bluecore.internal/client': name } } }] }],
  },
})

async function podOn(nodeName: string, namespace: string, server: Ledgered): Promise<V1Pod> {
  const { image, uid, env, begin, write, end } = clients[server]
  const name = `ledger-${server}`
  const service = await core.readNamespacedService({ namespace, name: `${server}-sv` })
  const script = `${functions}
trap '{ ${end}; } > /dev/null 2>&1; exit' TERM
until { ${begin}; } 2> /dev/null; do sleep 0.5; done
for ((row = 1; ; row++)); do
  writer=$({ ${write}; } 2> /dev/null) && echo "$(date +%s.%N) $row $writer"
  sleep 0.2
done`
  return {
    metadata: { name, labels: { 'bluecore.internal/client': name } },
    spec: {
      nodeName,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 10,
      securityContext: { runAsNonRoot: true, runAsUser: uid, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'client',
          image,
          command: ['bash', '-c', script],
          // By address: what DNS does in a fault is not what is measured.
          env: [{ name: 'HOST', value: service.spec?.clusterIP ?? '' }, ...env],
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  }
}

// A client that notes which of its writes PostgreSQL has acknowledged, so that a test can tell which ones are lost.
import { kube } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { kubeTool } from '../src/commands.js'
import { readyPod, removePod } from './probe-pod.js'

const { core } = kube()
const name = 'ledger'

/** Each row on a connection of its own, as a new client would; its number and the time when it was acknowledged are printed. */
const script = `
until psql -qc 'DROP TABLE IF EXISTS ledger; CREATE TABLE ledger (row int)'; do sleep 0.5; done
for ((row = 1; ; row++)); do
  timeout 3 psql -qc "INSERT INTO ledger VALUES ($row)" 2> /dev/null && echo "$EPOCHREALTIME $row"
  sleep 0.1
done`

export interface Row {
  row: number
  /** When it was acknowledged, in ms of the wall clock. */
  at: number
}

export interface Ledger {
  /** The rows that were acknowledged so far, in their order. */
  rows(): Promise<Row[]>
  /** Stops the client and compares. @returns the numbers of the acknowledged rows that the table does not have */
  lost(): Promise<number[]>
  remove(): Promise<void>
}

/** @param node where the client runs: one that the test leaves alone */
export async function startLedger(namespace: string, node: string): Promise<Ledger> {
  await removePod(namespace, name)
  await core.createNamespacedPod({ namespace, body: podOn(node) })
  await readyPod(namespace, name)

  async function rows(): Promise<Row[]> {
    const log = await core.readNamespacedPodLog({ namespace, name })
    return [...log.matchAll(/^(\d+\.\d+) (\d+)$/gm)].map(([, at, row]) => ({
      row: Number(row),
      at: Number(at) * 1000,
    }))
  }
  return {
    rows,
    async lost() {
      const acknowledged = await rows()
      const query = 'SELECT row FROM ledger'
      const psql = ['exec', name, '--', 'psql', '-qAtc', query]
      const there = new Set(
        (await kubeTool('kubectl', ['--namespace', namespace, ...psql])).split('\n').map(Number),
      )
      return acknowledged.filter(({ row }) => !there.has(row)).map(({ row }) => row)
    },
    remove: () => removePod(namespace, name),
  }
}

function podOn(nodeName: string): V1Pod {
  const password = { secretKeyRef: { name: 'dbserver-auth', key: 'postgres-password' } }
  return {
    metadata: {
      name,
      // The policies let these reach PostgreSQL, and no Service selects them.
      labels: { 'app.kubernetes.io/name': 'misskey-migrations', 'app.kubernetes.io/instance': 'bluecore' },
    },
    spec: {
      nodeName,
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name,
          image: 'docker.io/library/postgres:10.23',
          command: ['bash', '-c', script],
          env: [
            { name: 'PGHOST', value: 'dbserver-sv' },
            { name: 'PGUSER', value: 'postgres' },
            { name: 'PGCONNECT_TIMEOUT', value: '2' },
            { name: 'PGPASSWORD', valueFrom: password },
          ],
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

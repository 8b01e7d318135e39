import { type Status, status } from '@bluecore/lab'
import { table } from './table.js'

/** Prints what is running, as tables or as JSON. */
export async function showStatus({ json = false }: { json?: boolean }): Promise<void> {
  const found = await status()
  console.log(json ? JSON.stringify(found, undefined, 2) : statusTable(found))
}

/** What is running, as tables. */
export function statusTable(found: Status): string {
  const yes = (ready: boolean) => (ready ? 'yes' : 'NO')
  return [
    table([['NODE', 'READY'], ...found.nodes.map(({ name, ready }) => [name, yes(ready)])]),
    table([
      ['POD', 'NODE', 'PHASE', 'READY', 'RESTARTS'],
      ...found.pods.map(pod => [
        `${pod.namespace}/${pod.name}`,
        pod.node,
        pod.phase,
        pod.phase === 'Succeeded' ? '-' : yes(pod.ready),
        String(pod.restarts),
      ]),
    ]),
    table([
      ['SERVICE', 'CLUSTER IP', 'PORTS'],
      ...found.services.map(({ namespace, name, clusterIP, ports }) => [
        `${namespace}/${name}`,
        clusterIP,
        ports.join(' '),
      ]),
    ]),
    table([['ADDRESS', ''], ...Object.entries(found.urls).map(([name, url]) => [name, url])]),
    `kubectl and helm: export KUBECONFIG=${found.kubeconfig}`,
  ].join('\n\n')
}

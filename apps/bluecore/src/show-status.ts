import { type Status, status } from '@bluecore/lab'
import { markdownTable } from 'markdown-table'

/** Prints what is running, as tables or as JSON. */
export async function showStatus({ json = false }: { json?: boolean }): Promise<void> {
  const found = await status()
  console.log(json ? JSON.stringify(found, undefined, 2) : statusTable(found))
}

/** What is running, as Markdown tables: they are readable in a terminal and can be pasted into an issue. */
export function statusTable(found: Status): string {
  const yes = (ready: boolean) => (ready ? 'yes' : 'NO')
  return [
    markdownTable([['NODE', 'READY'], ...found.nodes.map(({ name, ready }) => [name, yes(ready)])]),
    markdownTable([
      ['POD', 'NODE', 'PHASE', 'READY', 'RESTARTS'],
      ...found.pods.map(pod => [
        `${pod.namespace}/${pod.name}`,
        pod.node,
        pod.phase,
        pod.phase === 'Succeeded' ? '-' : yes(pod.ready),
        String(pod.restarts),
      ]),
    ]),
    markdownTable([
      ['SERVICE', 'CLUSTER IP', 'PORTS'],
      ...found.services.map(({ namespace, name, clusterIP, ports }) => [
        `${namespace}/${name}`,
        clusterIP,
        ports.join(' '),
      ]),
    ]),
    markdownTable([['ADDRESS', 'URL'], ...Object.entries(found.urls).map(([name, url]) => [name, url])]),
    `kubectl and helm: export KUBECONFIG=${found.kubeconfig}`,
  ].join('\n\n')
}

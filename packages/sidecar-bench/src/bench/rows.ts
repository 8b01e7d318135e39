/** One line of a table, for each server: the figures side by side, and what is to hold between them. */
export interface Row {
  title: string
  unit: string
  figure: string
  against?: 'exporter' | 'exec'
  /** What the sidecar's figure may be at most. */
  limit?: number
  /** How many times the other's figure must be the sidecar's. */
  times?: number
}

export const rows: Row[] = [
  {
    title: 'one probe of readiness: CPU of all sides',
    unit: 'ms',
    figure: 'probe',
    against: 'exec',
    limit: 1,
    times: 50,
  },
  { title: '– the container runtime', unit: 'ms', figure: 'probeRuntime' },
  { title: '– the client', unit: 'ms', figure: 'probeClient', against: 'exec' },
  { title: '– the sidecar', unit: 'ms', figure: 'probeSidecar' },
  { title: '– the server', unit: 'ms', figure: 'probeServer', against: 'exec' },
  { title: '/metrics, 1 connection, p50', unit: 'ms', figure: 'p50At1', against: 'exporter', times: 3 },
  { title: '/metrics, 1 connection, p99', unit: 'ms', figure: 'p99At1', against: 'exporter' },
  { title: '/metrics, 10 connections, p50', unit: 'ms', figure: 'p50At10', against: 'exporter', times: 3 },
  { title: '/metrics, 10 connections, p99', unit: 'ms', figure: 'p99At10', against: 'exporter' },
  { title: 'RSS at rest', unit: 'MiB', figure: 'idleRss', against: 'exporter', limit: 55 },
  { title: '– its own, not files', unit: 'MiB', figure: 'idleAnonymous', against: 'exporter' },
  { title: '– PSS', unit: 'MiB', figure: 'idlePss', against: 'exporter' },
  { title: '– RSS of its child, the storage canary, beside it', unit: 'MiB', figure: 'idleChildren' },
  { title: 'RSS after load', unit: 'MiB', figure: 'loadedRss', against: 'exporter', limit: 75 },
  { title: '– its own, not files', unit: 'MiB', figure: 'loadedAnonymous', against: 'exporter' },
  { title: '– PSS', unit: 'MiB', figure: 'loadedPss', against: 'exporter' },
  { title: '– RSS of its child', unit: 'MiB', figure: 'loadedChildren' },
  { title: 'CPU at rest, per second', unit: 'ms', figure: 'restCpu', against: 'exporter' },
  { title: 'from start to 200 on /metrics', unit: 'ms', figure: 'coldMs', against: 'exporter' },
  { title: 'from start to 200 on /readyz', unit: 'ms', figure: 'readyMs' },
  ...[0, 1, 100].flatMap((count): Row[] => [
    {
      title: `questions to the server per second, ${count} ${count === 1 ? 'scraper' : 'scrapers'}`,
      unit: '',
      figure: `queries${count}`,
      against: 'exporter',
    },
    {
      title: `CPU of the server per second, ${count} ${count === 1 ? 'scraper' : 'scrapers'}`,
      unit: 'ms',
      figure: `serverCpu${count}`,
      against: 'exporter',
    },
  ]),
]

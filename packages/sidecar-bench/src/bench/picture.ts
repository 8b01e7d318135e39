import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { ServerName } from '../servers/index.js'
import type { Samples, Subject } from './samples.js'

const panels: Array<{ title: string; figure: string; subjects: Subject[]; scale: 'log' | 'linear' }> = [
  { title: 'One probe: CPU of all sides, ms', figure: 'probe', subjects: ['sidecar', 'exec'], scale: 'log' },
  {
    title: '/metrics p50 on 1 connection, ms',
    figure: 'p50At1',
    subjects: ['sidecar', 'exporter'],
    scale: 'log',
  },
  {
    title: 'Questions to the server per second, 100 scrapers',
    figure: 'queries100',
    subjects: ['sidecar', 'exporter'],
    scale: 'log',
  },
  {
    title: 'From start to 200 on /metrics, ms',
    figure: 'coldMs',
    subjects: ['sidecar', 'exporter'],
    scale: 'linear',
  },
  { title: 'RSS at rest, MiB', figure: 'idleRss', subjects: ['sidecar', 'exporter'], scale: 'linear' },
  { title: 'RSS after load, MiB', figure: 'loadedRss', subjects: ['sidecar', 'exporter'], scale: 'linear' },
]

/** @returns SVG: a panel a figure, a dot a subject */
export async function picture(servers: readonly ServerName[], samples: Samples): Promise<string> {
  const spec: TopLevelSpec = {
    background: 'white',
    title: {
      text: 'Health sidecars, exporters and exec probes (further to the left is better)',
      anchor: 'start',
    },
    columns: 3,
    concat: panels.map(({ title, figure, subjects, scale }) => ({
      title,
      width: 260,
      data: {
        values: servers.flatMap(server =>
          subjects.map(subject => ({ server, subject, value: round(samples.of(server, subject, figure)) })),
        ),
      },
      encoding: {
        y: { field: 'server', type: 'nominal', title: null, sort: null },
        yOffset: { field: 'subject', sort: ['sidecar', 'exporter', 'exec'] },
        x: {
          field: 'value',
          type: 'quantitative',
          title: null,
          axis: { grid: false },
          scale: { type: scale },
        },
      },
      layer: [
        {
          mark: { type: 'point', filled: true, size: 110, opacity: 1 },
          encoding: {
            color: {
              field: 'subject',
              type: 'nominal',
              title: null,
              scale: { domain: ['sidecar', 'exporter', 'exec'], range: ['#0b7285', '#868e96', '#f08c00'] },
            },
          },
        },
        { mark: { type: 'text', align: 'left', dx: 9 }, encoding: { text: { field: 'value' } } },
      ],
    })),
  }
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}

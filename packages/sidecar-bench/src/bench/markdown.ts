import { markdownTable } from 'markdown-table'
import type { ServerName } from '../servers/index.js'
import { type Row, rows } from './rows.js'
import type { Samples, Subject } from './samples.js'

const peers: Record<ServerName, { exporter: string; exec: string }> = {
  postgres: { exporter: 'postgres_exporter', exec: 'pg_isready' },
  redis: { exporter: 'redis_exporter', exec: 'redis-cli ping' },
  elasticsearch: { exporter: 'elasticsearch_exporter', exec: 'curl' },
}

/** A table for each server: medians, the ratio of the other's figure to ours, and whether the goal is met. */
export function markdown(servers: readonly ServerName[], samples: Samples): string {
  return servers
    .map(server => {
      const { exporter, exec } = peers[server]
      const heading = ['', 'sidecar', exporter, exec, 'ratio', 'goal']
      const cells = rows.map(row => {
        const of = (subject: Subject) => samples.of(server, subject, row.figure)
        const ours = of('sidecar')
        const ratio = row.against ? of(row.against) / ours : Number.NaN
        return [
          row.title,
          number(ours, row.unit),
          number(of('exporter'), row.unit),
          number(of('exec'), row.unit),
          times(ratio),
          goal(row, ours, ratio),
        ]
      })
      return `## ${server}\n${markdownTable([heading, ...cells])}\n`
    })
    .join('\n')
}

function goal({ limit, times: atLeast, unit }: Row, ours: number, ratio: number): string {
  const goals: Array<[string, boolean]> = []
  if (limit) goals.push([`≤ ${limit} ${unit}`, ours <= limit])
  if (atLeast) goals.push([`≥ ${atLeast}×`, ratio >= atLeast])
  return goals.map(([text, met]) => `${text}: ${met ? 'met' : '**missed**'}`).join(', ')
}

function number(value: number, unit: string): string {
  if (Number.isNaN(value)) return '–'
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
  return `${value === 0 ? '0' : value.toFixed(digits)} ${unit}`.trim()
}

function times(ratio: number): string {
  return Number.isFinite(ratio) && ratio > 0 ? `${ratio >= 10 ? ratio.toFixed() : ratio.toFixed(1)}×` : ''
}

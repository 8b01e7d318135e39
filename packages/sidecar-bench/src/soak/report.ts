import { table } from '../table.js'
import { growthOf, tolerances } from './growth.js'
import type { Course } from './patient.js'

const titles = {
  rss: 'RSS, MiB',
  anonymous: 'anonymous memory, MiB',
  files: 'open files and sockets',
  connections: 'connections at the server',
  children: 'child processes',
}

/** What happened to each, and its first third beside its last. */
export function report(courses: ReadonlyArray<{ name: string; course: Course }>) {
  let grew = false
  const parts = courses.map(({ name, course }) => {
    const growth = growthOf(course.standings)
    grew ||= growth.some(figure => figure.grew)
    const faults = Object.entries(course.faults).map(([fault, count]) => `${fault} ${count}×`)
    const rows = growth.map(({ figure, first, last, grew }) => [
      titles[figure],
      first.toFixed(1),
      last.toFixed(1),
      `+${tolerances[figure]}`,
      grew ? '**grew**' : 'held',
    ])
    return `## ${name}
${faults.join(', ')}. ${course.scrapes} scrapes of /metrics and /healthz, all answered; the slowest took ${course.slowestScrapeMs.toFixed()} ms.

${table([['', 'first third', 'last third', 'tolerance', ''], ...rows])}
`
  })
  return { text: parts.join('\n'), grew }
}

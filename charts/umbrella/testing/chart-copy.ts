import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chart } from './helm.js'

/** A copy of what Helm packages of the chart, for tests that modify it. */
export interface ChartCopy {
  folder: string
  remove(): void
}

export function copyChart(): ChartCopy {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-chart-'))
  const ignored = readFileSync(join(chart, '.helmignore'), 'utf8').split('\n')
  for (const part of readdirSync(chart, { withFileTypes: true })) {
    const name = part.isDirectory() ? `${part.name}/` : part.name
    if (!ignored.includes(name)) cpSync(join(chart, part.name), join(folder, part.name), { recursive: true })
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}

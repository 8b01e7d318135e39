import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A chart, rendered with its default values. */
export interface Contestant {
  name: string
  folder: string
}

/**
 * Does the work with helm's floor beside the charts: a chart of one object, so that what is left is helm itself. It is
 * gone afterwards.
 * @throws naming every path that is no chart
 */
export async function withFloor(
  charts: readonly Contestant[],
  work: (floor: Contestant) => Promise<void>,
): Promise<void> {
  const missing = charts.filter(({ folder }) => !existsSync(join(folder, 'Chart.yaml')))
  if (missing.length > 0) {
    const paths = missing.map(({ name, folder }) => `${name}: ${folder}`).join('\n')
    throw new Error(
      `no Chart.yaml in:\n${paths}\nGive the folder of a chart, with its dependencies in charts/.`,
    )
  }
  const floor = mkdtempSync(join(tmpdir(), 'bluecore-bench-chart-'))
  try {
    mkdirSync(join(floor, 'templates'))
    writeFileSync(join(floor, 'Chart.yaml'), 'apiVersion: v2\nname: empty\nversion: 0.1.0\n')
    writeFileSync(
      join(floor, 'templates/configmap.yaml'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n',
    )
    await work({ name: 'an empty chart', folder: floor })
  } finally {
    rmSync(floor, { recursive: true })
  }
}

import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { chart, helms, run } from '../testing/helm.js'

const page = join(chart, '../../docs/bench/chart.md')
const figures = /(<!-- figures -->\n)[\s\S]*(<!-- \/figures -->)/

/**
 * Replaces the text between the two markers of docs/bench/chart.md; the rest of the page is written by hand.
 * @param how the end of the sentence on how the figures were measured
 * @throws Error if a marker is missing
 */
export async function writeFigures(how: string, tables: string): Promise<void> {
  const versions = await Promise.all(helms.map(helm => run(helm, ['version', '--template', '{{.Version}}'])))
  const machine = `${cpus().length} cores (${cpus()[0]?.model}) and ${Math.round(totalmem() / 2 ** 30)} GiB`
  const said = `Measured on ${new Date().toISOString().slice(0, 10)} on a machine of ${machine}, shared with other work, with helm ${versions.join(' and ')}; ${how}.`
  const before = readFileSync(page, 'utf8')
  if (!figures.test(before)) throw new Error(`${page} lacks the marks <!-- figures --> and <!-- /figures -->`)
  writeFileSync(
    page,
    before.replace(figures, (_, begin, end) => `${begin}${said}\n\n${tables}${end}`),
  )
}

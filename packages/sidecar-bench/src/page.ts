import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

const figures = /(<!-- figures -->\n)[\s\S]*(<!-- \/figures -->)/

/**
 * Replaces what stands between two marks of a page; the words around them are a person's.
 * @param how ends the sentence that says where and when it was measured
 */
export function writeFigures(page: string, how: string, tables: string) {
  const machine = `${cpus().length} cores and ${Math.round(totalmem() / 2 ** 30)} GiB, shared with other work`
  const said = `Measured on ${new Date().toISOString().slice(0, 10)} on a machine of ${machine}; ${how}.`
  const before = readFileSync(page, 'utf8')
  if (!figures.test(before)) throw new Error(`${page} lacks the marks <!-- figures --> and <!-- /figures -->`)
  writeFileSync(
    page,
    before.replace(figures, (_, begin, end) => `${begin}${said}\n\n${tables}${end}`),
  )
}

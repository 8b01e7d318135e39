import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { explanations, fieldsOf } from './fields.js'
import { toReadme } from './to-readme.js'
import { toSchema } from './to-schema.js'
import { toYaml } from './to-yaml.js'
import { values } from './values.js'

/** Every file that is made from the values, and the text it must have. */
function generated(chart: string): Record<string, string> {
  const fields = fieldsOf(values, values.parse({}))
  return {
    'values.yaml': toYaml(fields),
    'values.schema.json': toSchema(values),
    'README.md': toReadme(read(chart, 'README.md') ?? '', fields),
    'files/foreign-values.yaml': `# Names that the templates refuse in words. Made from values/foreign.ts: npm --prefix charts/umbrella run generate
${stringify(explanations(values), { lineWidth: 0 })}`,
  }
}

/**
 * Files that are not what the values make.
 * @param chart the chart's folder
 */
export function stale(chart: string): string[] {
  return Object.entries(generated(chart)).flatMap(([file, text]) =>
    read(chart, file) === text ? [] : [file],
  )
}

/**
 * Writes what is stale.
 * @param chart the chart's folder
 * @returns the files written
 */
export function generate(chart: string): string[] {
  const texts = generated(chart)
  const files = stale(chart)
  for (const file of files) {
    mkdirSync(dirname(join(chart, file)), { recursive: true })
    writeFileSync(join(chart, file), texts[file] ?? '')
  }
  return files
}

function read(chart: string, file: string): string | undefined {
  try {
    return readFileSync(join(chart, file), 'utf8')
  } catch {
    return undefined
  }
}

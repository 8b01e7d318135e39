import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { fieldsOf, messages } from './fields.js'
import { toReadme } from './to-readme.js'
import { toSchema } from './to-schema.js'
import { toYaml } from './to-yaml.js'
import { values } from './values.js'

/** Every generated file and its text. */
function generated(chart: string): Record<string, string> {
  const fields = fieldsOf(values, values.parse({}))
  return {
    'values.yaml': toYaml(fields),
    'values.schema.json': toSchema(values),
    'README.md': toReadme(read(chart, 'README.md') ?? '', fields),
    'files/unsupported-values.yaml': `# Keys that the templates reject, with their messages. Generated from values/unsupported.ts: npm --prefix charts/umbrella run generate
${stringify(messages(values), { lineWidth: 0 })}`,
  }
}

/**
 * Generated files that are out of date.
 * @param chart the chart's folder
 * @returns their paths within the chart
 */
export function stale(chart: string): string[] {
  return Object.entries(generated(chart)).flatMap(([file, text]) =>
    read(chart, file) === text ? [] : [file],
  )
}

/**
 * Writes the generated files that are out of date.
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

import { stringify } from 'yaml'
import type { Field } from './fields.js'

/** Line width of the YAML in this repository. */
const width = 120

/** The text of values.yaml. A description that occurs several times is written once; small objects are on one line. */
export function toYaml(fields: Field[]): string {
  const described = new Set<Field['origin']>()
  const blocks = fields.map(field => `${lines(field, described).join('\n')}\n`)
  return `# All values of all charts, with their defaults. Unknown keys are errors.
# Generated from values/*.ts: npm --prefix charts/umbrella run generate

${blocks.join('\n')}`
}

function lines(field: Field, described: Set<Field['origin']>): string[] {
  if (field.default === undefined) return []
  const indent = '  '.repeat(field.path.length - 1)
  const text = described.has(field.origin) ? '' : field.description
  described.add(field.origin)
  const within = field.flow ? [] : field.fields.flatMap(inner => lines(inner, described))
  const value = within.length > 0 ? '' : ` ${inline(field.default)}`
  return [
    ...wrap(text, width - indent.length - 2).map(line => `${indent}# ${line}`),
    `${indent}${field.path.at(-1)}:${value}`,
    ...within,
  ]
}

/** A value on one line of YAML. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (typeof value !== 'object' || value === null) return stringify(value).trim()
  const parts = Object.entries(value).map(([key, inner]) => `${key}: ${inline(inner)}`)
  return parts.length > 0 ? `{ ${parts.join(', ')} }` : '{}'
}

function wrap(text: string, width: number): string[] {
  const wrapped: string[] = []
  for (const word of text.split(' ').filter(Boolean)) {
    const line = wrapped.at(-1)
    if (line === undefined || line.length + 1 + word.length > width) wrapped.push(word)
    else wrapped[wrapped.length - 1] = `${line} ${word}`
  }
  return wrapped
}

import { stringify } from 'yaml'
import type { Field } from './fields.js'

/** As wide as the YAML of this repository. */
const width = 120

/** The text of values.yaml: a comment where a description is met first, small objects in one line. */
export function toYaml(fields: Field[]): string {
  const told = new Set<Field['origin']>()
  const blocks = fields.map(field => `${lines(field, told).join('\n')}\n`)
  return `# All values of all charts, with their defaults. Every key is checked: a misspelt one is refused with its path.
# Made from values/*.ts: npm --prefix charts/umbrella run generate

${blocks.join('\n')}`
}

function lines(field: Field, told: Set<Field['origin']>): string[] {
  if (field.default === undefined) return []
  const indent = '  '.repeat(field.path.length - 1)
  const text = told.has(field.origin) ? '' : field.description
  told.add(field.origin)
  const within = field.flow ? [] : field.fields.flatMap(inner => lines(inner, told))
  const value = within.length > 0 ? '' : ` ${inline(field.default)}`
  return [
    ...wrap(text, width - indent.length - 2).map(line => `${indent}# ${line}`),
    `${indent}${field.path.at(-1)}:${value}`,
    ...within,
  ]
}

/** A value in one line of YAML. */
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

import { markdownTable } from 'markdown-table'
import type { Field } from './fields.js'
import { inline } from './to-yaml.js'

const begin = '<!-- Values: generated from values/*.ts by `npm --prefix charts/umbrella run generate` -->'
const end = '<!-- End of values -->'

/** A value that several parts have, such as an image: `owner` is the part, `rest` the path within it. */
interface Repeated {
  owner: string
  rest: string
  field: Field
}

/**
 * README.md with the tables of all values between its two markers.
 * @param readme the present text
 * @throws {Error} when a marker is missing
 */
export function toReadme(readme: string, fields: Field[]): string {
  const [before = '', ...rest] = readme.split(begin)
  const [, after] = rest.join(begin).split(end)
  if (after === undefined) throw new Error(`README.md needs a line ${begin} and after it ${end}`)
  return `${before}${begin}\n\n${tables(fields)}\n${end}${after}`
}

function tables(fields: Field[]): string {
  const single: Field[] = []
  const repeated: Repeated[] = []
  for (const field of fields) sort(field, single, repeated)
  const main = single.map(field => [code(field.path.join('.')), defaultOf(field), field.description])
  const owners = group(repeated, one => one.owner)
  const identical = group(owners, parts => parts.map(one => one.rest).join())
  identical.sort(([one = []], [two = []]) => two.length - one.length)
  return [table(['value', 'default', 'what it does'], main), ...identical.map(matrix)].join('\n')
}

/** Puts a field into the main table or into one of repeated values. Objects are included if they have a description. */
function sort(field: Field, single: Field[], repeated: Repeated[], owner?: string): void {
  const within = owner ?? (field.once ? field.path.slice(0, -1).join('.') : undefined)
  if (field.fields.length === 0 || field.description || field.once) {
    if (within === undefined) single.push(field)
    else repeated.push({ owner: within, rest: field.path.join('.').slice(within.length + 1), field })
  }
  for (const inner of field.fields) sort(inner, single, repeated, within)
}

/** A table of values that several parts share, with a column of defaults for each part. */
function matrix(parts: Repeated[][]): string {
  const owners = parts.map(([one]) => code(one?.owner ?? ''))
  const rows = (parts[0] ?? []).map(({ rest, field }, row) => {
    const all = parts.map(part => part[row]?.field ?? field)
    const same = all.every(one => one.description === field.description)
    // The description of an object is specific to its part.
    const cells = all.map(one => (one.fields.length > 0 && !same ? one.description : defaultOf(one)))
    return [code(`NAME.${rest}`), same ? field.description : '', ...cells]
  })
  const informative = rows.filter(row => row.slice(1).some(Boolean))
  return `The same for each NAME of ${owners.join(', ')}:\n\n${table(['value', 'what it does', ...owners], informative)}`
}

function group<T>(all: T[], by: (one: T) => string): T[][] {
  return [...new Set(all.map(by))].map(key => all.filter(one => by(one) === key))
}

const code = (text: string) => `\`${text}\``

function defaultOf({ fields, default: value }: Field): string {
  if (fields.length > 0) return ''
  return value === undefined || value === '' ? 'none' : code(inline(value))
}

/** Pipes separate columns even within code. */
function table(head: string[], rows: string[][]): string {
  return `${markdownTable([head, ...rows].map(row => row.map(cell => cell.replaceAll('|', '\\|'))))}\n`
}

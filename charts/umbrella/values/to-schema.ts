import { z } from 'zod'
import { unsupported } from './unsupported.js'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** The text of values.schema.json: JSON Schema draft 7, the newest that Helm 3 supports. */
export function toSchema(values: z.ZodType): string {
  const schema = z.toJSONSchema(values, {
    target: 'draft-7',
    override({ zodSchema, jsonSchema }) {
      // Editors strike it through; the templates reject it.
      if (unsupported.has(zodSchema)) jsonSchema.deprecated = true
    },
  })
  const text = JSON.stringify({ title: 'Values of bluecore', ...schema })
  return `${JSON.stringify(JSON.parse(text, plainer), null, 2)}\n`
}

/** Simplifies what Helm quotes in validation errors, without changing its meaning. */
function plainer(key: string, value: unknown): unknown {
  if (key === 'pattern') return String(value).replaceAll('\\/', '/')
  if (typeof value !== 'object' || value === null) return value
  const { allOf, anyOf, ...rest } = value as JsonSchema
  // Draft 7 ignores other keywords beside a $ref, so only annotations may stand there.
  if (allOf?.length === 1 && Object.keys(rest).every(one => one === 'description' || one === 'default')) {
    return { ...rest, ...allOf[0] }
  }
  // Keywords of one type do not affect values of another, so the alternatives can be merged.
  if (anyOf && new Set(anyOf.map(one => one.type)).size === anyOf.length) {
    return { ...rest, ...Object.assign({}, ...anyOf), type: anyOf.map(one => one.type) }
  }
  return value
}

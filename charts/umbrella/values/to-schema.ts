import { z } from 'zod'
import { foreign } from './foreign.js'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** The text of values.schema.json: draft 7, the newest that Helm 3 reads. */
export function toSchema(values: z.ZodType): string {
  const schema = z.toJSONSchema(values, {
    target: 'draft-7',
    override({ zodSchema, jsonSchema }) {
      // Editors strike it through. It is Helm's templates that refuse it.
      if (foreign.has(zodSchema)) jsonSchema.deprecated = true
    },
  })
  const text = JSON.stringify({ title: 'Values of bluecore', ...schema })
  return `${JSON.stringify(JSON.parse(text, plainer), null, 2)}\n`
}

/** Rewrites what Helm would quote in a refusal in the plainest words that draft 7 has; the meaning stays. */
function plainer(key: string, value: unknown): unknown {
  if (key === 'pattern') return String(value).replaceAll('\\/', '/')
  if (typeof value !== 'object' || value === null) return value
  const { allOf, anyOf, ...rest } = value as JsonSchema
  // Draft 7 ignores what stands beside a $ref: only notes for people may.
  if (allOf?.length === 1 && Object.keys(rest).every(one => one === 'description' || one === 'default')) {
    return { ...rest, ...allOf[0] }
  }
  // Rules for a string are none for a number, so that two of them can be one.
  if (anyOf && new Set(anyOf.map(one => one.type)).size === anyOf.length) {
    return { ...rest, ...Object.assign({}, ...anyOf), type: anyOf.map(one => one.type) }
  }
  return value
}

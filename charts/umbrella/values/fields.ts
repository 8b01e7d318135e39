import { z } from 'zod'
import { shown } from './parts.js'
import { unsupported } from './unsupported.js'

/** One value, or an object of values, as the generated files show it. */
export interface Field {
  path: string[]
  /** The default in values.yaml; undefined: not in values.yaml. */
  default: unknown
  description: string
  /** Nested values; empty for a value itself, such as a list or a map of any keys. */
  fields: Field[]
  flow: boolean
  once: boolean
  /** The same object for all services that share the value. */
  origin: z.ZodType
}

/** The schema without its wrappers for defaults and optional values. */
function bare(schema: z.ZodType): z.ZodType {
  const wrapped =
    schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional
  return wrapped ? bare(schema.unwrap() as z.ZodType) : schema
}

function entries(schema: z.ZodType): [string, z.ZodType][] {
  const object = bare(schema)
  return object instanceof z.ZodObject ? Object.entries<z.ZodType>(object.shape) : []
}

/** False for what the schema only accepts: unsupported keys, and Helm's copies of `global`. */
function isValue(schema: z.ZodType): boolean {
  const inner = entries(schema)
  return inner.length > 0 ? inner.some(([, one]) => isValue(one)) : !(bare(schema) instanceof z.ZodAny)
}

/**
 * The values within an object, in order.
 * @param defaults of the object; a nested value gets its part of them
 */
export function fieldsOf(schema: z.ZodType, defaults: unknown, path: string[] = []): Field[] {
  return entries(schema)
    .filter(([, inner]) => isValue(inner))
    .map(([key, inner]) => {
      const value = (defaults as Record<string, unknown> | undefined)?.[key]
      const kind = { ...shown.get(bare(inner)), ...shown.get(inner) }
      return {
        path: [...path, key],
        default: value,
        description: inner.description ?? '',
        fields: fieldsOf(inner, value, [...path, key]),
        flow: kind.flow ?? false,
        once: kind.once ?? false,
        origin: inner,
      }
    })
}

/** Error messages of unsupported keys, nested like the values. */
export interface Messages {
  [key: string]: string | Messages
}

/** The message of every unsupported key of the schema. */
export function messages(schema: z.ZodType, path: string[] = []): Messages {
  const found: Messages = {}
  for (const [key, inner] of entries(schema)) {
    const message = unsupported.get(inner)
    const within = message ? message(path.join('.')) : messages(inner, [...path, key])
    if (typeof within === 'string' || Object.keys(within).length > 0) found[key] = within
  }
  return found
}

import { z } from 'zod'
import { foreign } from './foreign.js'
import { shown } from './parts.js'

/** One value, or an object of values, as the generated files tell it. */
export interface Field {
  path: string[]
  /** What is written in values.yaml; undefined: nothing is. */
  default: unknown
  description: string
  /** Values within; none in what is a value itself, such as a list or a free map. */
  fields: Field[]
  flow: boolean
  once: boolean
  /** The same object where several services have the same value. */
  origin: z.ZodType
}

/** The schema itself, without what says that it may be left out. */
function bare(schema: z.ZodType): z.ZodType {
  const wrapped =
    schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional
  return wrapped ? bare(schema.unwrap() as z.ZodType) : schema
}

function entries(schema: z.ZodType): [string, z.ZodType][] {
  const object = bare(schema)
  return object instanceof z.ZodObject ? Object.entries<z.ZodType>(object.shape) : []
}

/** Not what is only let pass: foreign names, and Helm's own copies of `global`. */
function isValue(schema: z.ZodType): boolean {
  const inner = entries(schema)
  return inner.length > 0 ? inner.some(([, one]) => isValue(one)) : !(bare(schema) instanceof z.ZodAny)
}

/**
 * The values within an object, in their order.
 * @param defaults of the object; each value's is its part of them
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

/** What is said of foreign names, as deep as the values are. */
export interface Explanations {
  [key: string]: string | Explanations
}

/** Every foreign name of the schema with its explanation. */
export function explanations(schema: z.ZodType, path: string[] = []): Explanations {
  const found: Explanations = {}
  for (const [key, inner] of entries(schema)) {
    const explain = foreign.get(inner)
    const within = explain ? explain(path.join('.')) : explanations(inner, [...path, key])
    if (typeof within === 'string' || Object.keys(within).length > 0) found[key] = within
  }
  return found
}

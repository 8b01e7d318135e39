import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { type Schema, strictSchema } from './strict-schema.js'

const accepts = (schema: Schema, value: unknown) =>
  new Ajv({ strict: false }).validate(strictSchema(schema), value)

const text: Schema = { type: 'string' }
const shut: Schema = { type: 'object', properties: { name: text } }

describe('a field that the schema does not name', () => {
  test.each([
    ['at the top', shut, { nam: 'a' }],
    ['in an object', { type: 'object', properties: { spec: shut } }, { spec: { nam: 'a' } }],
    ['in an item of a list', { type: 'array', items: shut }, [{ name: 'a' }, { nam: 'a' }]],
    ['in a value of a map', { type: 'object', additionalProperties: shut }, { any: { nam: 'a' } }],
  ])('%s is refused', (_, schema, value) => expect(accepts(schema, value)).toBe(false))

  test.each([
    ['of an object without fields, such as metadata', { type: 'object' }, { any: 1 }],
    ['where unknown ones are kept', { ...shut, 'x-kubernetes-preserve-unknown-fields': true }, { any: 1 }],
    ['of a map', { type: 'object', additionalProperties: text }, { any: 'a' }],
  ])('%s is taken', (_, schema, value) => expect(accepts(schema, value)).toBe(true))
})

test('a field of the wrong type is refused', () => expect(accepts(shut, { name: 1 })).toBe(false))

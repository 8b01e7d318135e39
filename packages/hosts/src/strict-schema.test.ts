import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { type Schema, strictSchema } from './strict-schema.js'

const accepts = (schema: Schema, value: unknown) =>
  new Ajv({ strict: false }).validate(strictSchema(schema), value)

const text: Schema = { type: 'string' }
const closed: Schema = { type: 'object', properties: { name: text } }

describe('a field that the schema does not define', () => {
  test.each([
    ['at the top', closed, { nam: 'a' }],
    ['in an object', { type: 'object', properties: { spec: closed } }, { spec: { nam: 'a' } }],
    ['in an item of a list', { type: 'array', items: closed }, [{ name: 'a' }, { nam: 'a' }]],
    ['in a value of a map', { type: 'object', additionalProperties: closed }, { any: { nam: 'a' } }],
  ])('%s is rejected', (_, schema, value) => expect(accepts(schema, value)).toBe(false))

  test.each([
    ['in an object without defined fields, such as metadata', { type: 'object' }, { any: 1 }],
    [
      'where unknown fields are preserved',
      { ...closed, 'x-kubernetes-preserve-unknown-fields': true },
      { any: 1 },
    ],
    ['in a map', { type: 'object', additionalProperties: text }, { any: 'a' }],
  ])('%s is accepted', (_, schema, value) => expect(accepts(schema, value)).toBe(true))
})

test('a field of the wrong type is rejected', () => expect(accepts(closed, { name: 1 })).toBe(false))

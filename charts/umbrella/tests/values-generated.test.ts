import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { chart, helms, run } from '../testing/helm.js'
import { type Field, fieldsOf, messages } from '../values/fields.js'
import { generate, stale } from '../values/generate.js'
import { cidrs } from '../values/rules.js'
import { toReadme } from '../values/to-readme.js'
import { values } from '../values/values.js'

const defaults = values.parse({})
const fields = fieldsOf(values, defaults)
const schemaText = readFileSync(join(chart, 'values.schema.json'), 'utf8')

interface JsonSchema {
  $ref?: string
  deprecated?: boolean
  required?: string[]
  properties?: Record<string, JsonSchema>
  definitions?: Record<string, JsonSchema>
}
const schema: JsonSchema = JSON.parse(schemaText)

/** A node of the schema, or the definition that it refers to. */
const resolved = (node: JsonSchema = {}) => schema.definitions?.[node.$ref?.split('/').pop() ?? ''] ?? node

const leaves = (all: Field[]): Field[] =>
  all.flatMap(one => (one.fields.length > 0 ? leaves(one.fields) : [one]))

test('the generated files are up to date', () => {
  expect(stale(chart), 'fix: npm --prefix charts/umbrella run generate').toEqual([])
})

test('a manual change of a generated file is detected and overwritten', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-values-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const file of ['values.yaml', 'README.md']) cpSync(join(chart, file), join(folder, file))
  mkdirSync(join(folder, 'files'))
  expect(generate(folder)).toEqual(['values.schema.json', 'files/unsupported-values.yaml'])
  const text = readFileSync(join(folder, 'values.yaml'), 'utf8')
  writeFileSync(join(folder, 'values.yaml'), text.replace('replicas: 3', 'replicas: 4'))
  expect(stale(folder)).toEqual(['values.yaml'])
  expect(generate(folder)).toEqual(['values.yaml'])
  expect(readFileSync(join(folder, 'values.yaml'), 'utf8')).toBe(text)
})

test('values.yaml contains all defaults, and they are valid', () => {
  const written = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'))
  expect(written).toEqual(defaults)
  expect(values.parse(written)).toEqual(defaults)
})

test('every value has a description, or its object has', () => {
  const undescribed = (all: Field[], above = ''): string[] =>
    all.flatMap(one =>
      one.fields.length > 0
        ? undescribed(one.fields, one.description)
        : one.description || above
          ? []
          : [one.path.join('.')],
    )
  expect(leaves(fields).length).toBeGreaterThan(100)
  expect(undescribed(fields)).toEqual([])
})

test('every value is in the README, by its path or as NAME.… in a table of the parts that have it', () => {
  const readme = toReadme(readFileSync(join(chart, 'README.md'), 'utf8'), fields)
  const parts = ['misskey', 'postgresql', 'redis', 'elasticsearch']
  const helpers = ['global.setup', 'postgresql.health', 'redis.health', 'elasticsearch.health']
  for (const names of [parts, helpers])
    expect(readme).toMatch(new RegExp(names.map(one => `\`${one}\``).join('.*')))
  for (const { path } of leaves(fields)) {
    const whole = path.join('.')
    const part = [...helpers, ...parts].find(one => whole.startsWith(`${one}.`))
    const short = part ? `NAME${whole.slice(part.length)}` : whole
    expect(readme.includes(`| \`${whole}\` `) || readme.includes(`| \`${short}\` `), whole).toBe(true)
  }
  expect(() => toReadme('# The chart\n', fields)).toThrow('needs a line <!-- Values')
})

test('every object of the schema is closed, or a map with patterns for keys and values; the schema is small', () => {
  expect(schemaText.length).toBeLessThan(100_000)
  const open: unknown[] = []
  let closed = 0
  JSON.parse(schemaText, function (this: unknown, key, value) {
    if (value?.type === 'object') {
      const free = value.propertyNames?.pattern && value.additionalProperties?.pattern
      if (value.additionalProperties === false) closed++
      else if (!free) open.push(value)
    }
    if (key === '$ref' && !/^#\/definitions\/\w+$/.test(value)) open.push(value)
    return value
  })
  expect(open).toEqual([])
  expect(closed).toBeGreaterThan(20)
})

test('every value with a default is required, so that null cannot remove it', () => {
  const check = (all: Field[], { required = [], properties = {} }: JsonSchema): void => {
    for (const one of all) {
      const key = one.path.at(-1) ?? ''
      expect(required.includes(key), one.path.join('.')).toBe(one.default !== undefined)
      check(one.fields, resolved(properties[key]))
    }
  }
  check(fields, schema)
})

test('every key that the schema only accepts has an error message, at every place', () => {
  const passed = (node: JsonSchema, path: string[] = []): string[] =>
    node.deprecated
      ? [path.join('.')]
      : Object.entries(resolved(node).properties ?? {}).flatMap(([key, one]) => passed(one, [...path, key]))
  const explained = (node: object, path: string[] = []): string[] =>
    Object.entries(node).flatMap(([key, one]) =>
      typeof one === 'string' ? [[...path, key].join('.')] : explained(one, [...path, key]),
    )
  const names = explained(messages(values))
  expect(names.length).toBeGreaterThan(200)
  expect(passed(schema).sort()).toEqual(names.sort())
})

test('a value that a message refers to exists', () => {
  const texts = JSON.stringify(messages(values))
  const named = [...texts.matchAll(/: use ([\w.]+)/g)].map(([, path = '']) => path.split('.'))
  expect(named.length).toBeGreaterThan(50)
  for (const path of named) {
    const found = path.reduce<unknown>(
      (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
      defaults,
    )
    expect(found, path.join('.')).toBeDefined()
  }
})

test.each(helms)('%s packages the generated files and not their sources', async helm => {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-package-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const output = await run(helm, ['package', chart, '--destination', folder])
  const [archive = ''] = /\/\S+\.tgz/.exec(output) ?? []
  const { stdout } = await promisify(execFile)('tar', ['--list', '--gzip', '--file', archive])
  const packed = stdout.trim().split('\n')
  expect(packed).toContain('bluecore/files/unsupported-values.yaml')
  expect(packed).toContain('bluecore/values.schema.json')
  expect(packed.filter(name => /\.tsx?$|package\.json|node_modules|\/(values|testing)\//.test(name))).toEqual(
    [],
  )
})

test('address ranges are validated', () => {
  const valid = [
    '0.0.0.0/0',
    '10.255.0.9/32',
    '192.168.1.0/24',
    '::/0',
    '::1/128',
    'fd00::/8',
    '1:2:3:4:5:6:7:8/64',
  ]
  const invalid = [
    ...['300.1.1.1/8', '1.2.3/8', '1.2.3.4', '1.2.3.4/33', '01.2.3.4/8', '1.2.3.4.5/8', '1.2.3.4/8 ', 'any'],
    ...['fd00::', 'fd00::/129', 'fd000::/8', '1:2:3:4:5:6:7:8:9/64', 'g::/8', 'fd00/8'],
  ]
  expect(valid.filter(range => !cidrs.safeParse([range]).success)).toEqual([])
  expect(invalid.filter(range => cidrs.safeParse([range]).success)).toEqual([])
})

import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { explanations, type Field, fieldsOf } from '../values/fields.js'
import { generate, stale } from '../values/generate.js'
import { cidrs } from '../values/rules.js'
import { toReadme } from '../values/to-readme.js'
import { values } from '../values/values.js'
import { chart, helms, run } from './render.js'

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

/** What a node of the schema says itself, or the definition that it points to. */
const said = (node: JsonSchema = {}) => schema.definitions?.[node.$ref?.split('/').pop() ?? ''] ?? node

const leaves = (all: Field[]): Field[] =>
  all.flatMap(one => (one.fields.length > 0 ? leaves(one.fields) : [one]))

test('values.yaml, its schema, the tables of the README and the foreign names are what values/*.ts make', () => {
  expect(stale(chart), 'To mend: npm --prefix charts/umbrella run generate').toEqual([])
})

test('a change by hand is found, and made good', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-values-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const file of ['values.yaml', 'README.md']) cpSync(join(chart, file), join(folder, file))
  mkdirSync(join(folder, 'files'))
  expect(generate(folder)).toEqual(['values.schema.json', 'files/foreign-values.yaml'])
  const text = readFileSync(join(folder, 'values.yaml'), 'utf8')
  writeFileSync(join(folder, 'values.yaml'), text.replace('replicas: 3', 'replicas: 4'))
  expect(stale(folder)).toEqual(['values.yaml'])
  expect(generate(folder)).toEqual(['values.yaml'])
  expect(readFileSync(join(folder, 'values.yaml'), 'utf8')).toBe(text)
})

test('what stands in values.yaml are the defaults, all of them, and each follows its rule', () => {
  const written = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'))
  expect(written).toEqual(defaults)
  expect(values.parse(written)).toEqual(defaults)
})

test('there is a word on every value, or on the object it belongs to', () => {
  const mute = (all: Field[], above = ''): string[] =>
    all.flatMap(one =>
      one.fields.length > 0
        ? mute(one.fields, one.description)
        : one.description || above
          ? []
          : [one.path.join('.')],
    )
  expect(leaves(fields).length).toBeGreaterThan(100)
  expect(mute(fields)).toEqual([])
})

test('every value is in the README: by its path, or as NAME.… in a table that names the parts it is for', () => {
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

test('every object of the schema is closed, or a free map whose names and values have patterns; it is small', () => {
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

test('every value that has a default is required: null cannot take it away', () => {
  const check = (all: Field[], { required = [], properties = {} }: JsonSchema): void => {
    for (const one of all) {
      const key = one.path.at(-1) ?? ''
      expect(required.includes(key), one.path.join('.')).toBe(one.default !== undefined)
      check(one.fields, said(properties[key]))
    }
  }
  check(fields, schema)
})

test('each name that the schema only lets pass has its explanation, wherever it may stand', () => {
  const passed = (node: JsonSchema, path: string[] = []): string[] =>
    node.deprecated
      ? [path.join('.')]
      : Object.entries(said(node).properties ?? {}).flatMap(([key, one]) => passed(one, [...path, key]))
  const explained = (node: object, path: string[] = []): string[] =>
    Object.entries(node).flatMap(([key, one]) =>
      typeof one === 'string' ? [[...path, key].join('.')] : explained(one, [...path, key]),
    )
  const names = explained(explanations(values))
  expect(names.length).toBeGreaterThan(200)
  expect(passed(schema).sort()).toEqual(names.sort())
})

test('where an explanation says that a value is called otherwise, that value is there', () => {
  const texts = JSON.stringify(explanations(values))
  const named = [...texts.matchAll(/it is called ([\w.]+) here/g)].map(([, path = '']) => path.split('.'))
  expect(named.length).toBeGreaterThan(50)
  for (const path of named) {
    const found = path.reduce<unknown>(
      (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
      defaults,
    )
    expect(found, path.join('.')).toBeDefined()
  }
})

test.each(helms)(
  'what %s packs are the files that the templates read, not what they are made from',
  async helm => {
    const folder = mkdtempSync(join(tmpdir(), 'bluecore-package-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const said = await run(helm, ['package', chart, '--destination', folder])
    const [archive = ''] = /\/\S+\.tgz/.exec(said) ?? []
    const { stdout } = await promisify(execFile)('tar', ['--list', '--gzip', '--file', archive])
    const packed = stdout.trim().split('\n')
    expect(packed).toContain('bluecore/files/foreign-values.yaml')
    expect(packed).toContain('bluecore/values.schema.json')
    expect(packed.filter(name => /\.tsx?$|package\.json|node_modules|\/values\//.test(name))).toEqual([])
  },
)

test('an address range is one', () => {
  const right = [
    '0.0.0.0/0',
    '10.255.0.9/32',
    '192.168.1.0/24',
    '::/0',
    '::1/128',
    'fd00::/8',
    '1:2:3:4:5:6:7:8/64',
  ]
  const wrong = [
    ...['300.1.1.1/8', '1.2.3/8', '1.2.3.4', '1.2.3.4/33', '01.2.3.4/8', '1.2.3.4.5/8', '1.2.3.4/8 ', 'any'],
    ...['fd00::', 'fd00::/129', 'fd000::/8', '1:2:3:4:5:6:7:8:9/64', 'g::/8', 'fd00/8'],
  ]
  expect(right.filter(range => !cidrs.safeParse([range]).success)).toEqual([])
  expect(wrong.filter(range => cidrs.safeParse([range]).success)).toEqual([])
})

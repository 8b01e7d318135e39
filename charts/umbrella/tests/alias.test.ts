import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { type ChartCopy, copyChart } from '../testing/chart-copy.js'
import { chart, render, renderText, type Values } from '../testing/helm.js'
import { type KubeObject, parse as parseObjects } from '../testing/objects.js'

interface Dependency {
  name: string
  alias?: string
}

const folders = readdirSync(join(chart, 'charts'))
const applications = folders.filter(name => name !== 'common')
const alias = (name: string) => `other-${name}`

let copy: ChartCopy
/** A parent chart with nothing but the subcharts, under other names. */
beforeAll(() => {
  copy = copyChart()
  const read = (file: string) => parse(readFileSync(join(copy.folder, file), 'utf8'))
  const write = (file: string, content: unknown) => writeFileSync(join(copy.folder, file), stringify(content))
  const { dependencies, ...parent } = read('Chart.yaml')
  const values: Values = read('values.yaml')
  for (const path of ['templates', 'values.schema.json']) rmSync(join(copy.folder, path), { recursive: true })
  write('Chart.yaml', {
    ...parent,
    dependencies: dependencies.map(({ name, ...rest }: Dependency) =>
      applications.includes(name) ? { name, ...rest, alias: alias(name) } : { name, ...rest },
    ),
  })
  write('values.yaml', {
    global: values.global,
    ...Object.fromEntries(applications.map(name => [alias(name), values[name]])),
  })
})
afterAll(() => copy.remove())

const named = ({ kind, metadata }: KubeObject) => `${kind}/${metadata.name}`

test('a subchart renders the same objects under an alias', async () => {
  const text = await renderText({}, { folder: copy.folder })
  for (const name of applications) expect(text).toContain(`# Source: bluecore/charts/${alias(name)}/`)
  const aliased = new Map(parseObjects(text).map(object => [named(object), object]))
  const objects = (await render()).filter(object => aliased.has(named(object)))
  expect(objects).toHaveLength(aliased.size)
  expect(objects.filter(({ kind }) => kind === 'Deployment')).toHaveLength(applications.length)
  for (const object of objects) expect(aliased.get(named(object)), named(object)).toEqual(object)
})

test('each subchart has the name of its folder, which the parent chart depends on', () => {
  const read = (folder: string) => parse(readFileSync(join(chart, folder, 'Chart.yaml'), 'utf8'))
  expect(folders.map(folder => read(join('charts', folder)).name)).toEqual(folders)
  expect(
    read('.')
      .dependencies.map(({ name }: Dependency) => name)
      .sort(),
  ).toEqual(folders)
})

test('the library chart names none of the others', () => {
  const templates = join(chart, 'charts/common/templates')
  for (const file of readdirSync(templates)) {
    const code = readFileSync(join(templates, file), 'utf8').replaceAll(
      /\{\{-? ?\/\*[\s\S]*?\*\/ ?-?\}\}/g,
      '',
    )
    expect(code, file).not.toMatch(/misskey|postgres|dbserver|redis|elasticsearch|elsearch/i)
  }
})

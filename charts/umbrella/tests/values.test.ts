import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { chart, type Helm, helms, renderText, type Values } from './render.js'
import { foreign, misspelt, mistyped, right } from './values-given.js'

const defaults: Values = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'))

/** Paths of all objects within the values, the root's empty; free maps are none. */
function levels(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  if (['nodeSelector', 'labels'].includes(path.at(-1) ?? '')) return []
  return [path, ...Object.entries(value).flatMap(([key, inner]) => levels(inner, [...path, key]))]
}

/** Values with all of these in them; a path that ends in 0 is of the first thing in a list. */
function valuesWith(given: Iterable<readonly [path: string, value: unknown]>): Values {
  const values: Values = {}
  for (const [path, value] of given) {
    const keys = path.replace(/\.0$/, '').split('.')
    const last = keys.pop() ?? ''
    let parent = values
    for (const key of keys) {
      parent[key] ??= {}
      parent = parent[key] as Values
    }
    if (last in parent) throw new Error(`${path} is given twice`)
    parent[last] = path.endsWith('.0') ? [value] : value
  }
  return values
}

/** What helm says when it refuses, line by line; of values that it accepts nothing. */
async function refusal(values: Values, helm: Helm): Promise<string[]> {
  return renderText(values, { helm }).then(
    () => [],
    error => error.stderr.split('\n'),
  )
}

/** How this helm names the object or value at a path, as its lines begin. */
function named(helm: Helm, path: string): string {
  if (helm === 'helm3') return `- ${path || '(root)'}: `
  return `- at '${path && `/${path.replaceAll('.', '/')}`}': `
}

describe.each(helms)('%s', helm => {
  test('a key that is not there is refused at every level, with its path', async () => {
    const all = levels(defaults)
    expect(all.length).toBeGreaterThan(40)
    const given = all.map((path, index): [string, number] => [[...path, `typo${index}x`].join('.'), 1])
    const said = await refusal(valuesWith(given), helm)
    for (const [index, path] of all.entries()) {
      const line = said.find(one => one.includes(`typo${index}x`))
      expect(line?.trim().startsWith(named(helm, path.join('.'))), path.join('.')).toBe(true)
    }
  })

  describe('refused by name', () => {
    let said: string[]
    beforeAll(async () => {
      said = await refusal(valuesWith(misspelt.map(path => [path, 1])), helm)
    })
    test.each(misspelt)('%s', path => {
      const [, parent = '', key] = /^(?:(.*)\.)?(.*)$/.exec(path) ?? []
      const lines = said.filter(one => one.trim().startsWith(named(helm, parent)))
      const quoted = helm === 'helm3' ? `Additional property ${key} is not allowed` : `'${key}'`
      expect(lines.join('\n')).toContain(quoted)
    })
  })

  describe('refused by its value', () => {
    let said: string[]
    beforeAll(async () => {
      said = await refusal(valuesWith(mistyped), helm)
    })
    test.each(mistyped)('%s: %j', path => {
      expect(said.filter(one => one.trim().startsWith(named(helm, path)))).not.toEqual([])
    })
  })

  test('names of other charts and of earlier versions are explained, all at once', async () => {
    const said = await refusal(valuesWith(foreign.map(([path]) => [path, { enabled: true }])), helm)
    const explained = said.filter(line => line.startsWith('- '))
    expect(explained.sort()).toEqual(foreign.map(([path, why]) => `- ${path}${why}`).sort())
  })

  test('null takes no value away that the templates need', async () => {
    const said = await refusal({ misskey: { replicas: null }, global: { nfs: null } }, helm)
    const lines = said.map(line => line.trim())
    expect(lines.filter(line => line.startsWith(named(helm, 'misskey.replicas')))).toHaveLength(1)
    expect(lines.find(line => line.startsWith(named(helm, 'global')))).toContain('nfs')
  })

  test('what is right is let pass', async () => {
    expect(await refusal(valuesWith(right), helm)).toEqual([])
  })
})

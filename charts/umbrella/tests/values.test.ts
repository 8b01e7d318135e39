import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { chart, type Helm, helms, renderText, type Values } from '../testing/helm.js'
import { misspelt, mistyped, unsupported, valid } from '../testing/value-cases.js'

const defaults: Values = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'))

/** Paths of all objects within the values, from the empty path of the root; maps with free keys are excluded. */
function levels(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  if (['nodeSelector', 'labels'].includes(path.at(-1) ?? '')) return []
  return [path, ...Object.entries(value).flatMap(([key, inner]) => levels(inner, [...path, key]))]
}

/** Values that contain all of these; a path that ends in 0 means the first item of a list. */
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

/** The lines of Helm's validation error; none for valid values. */
async function errors(values: Values, helm: Helm): Promise<string[]> {
  return renderText(values, { helm }).then(
    () => [],
    error => error.stderr.split('\n'),
  )
}

/** The start of Helm's error line for the object or value at a path. */
function errorAt(helm: Helm, path: string): string {
  if (helm === 'helm3') return `- ${path || '(root)'}: `
  return `- at '${path && `/${path.replaceAll('.', '/')}`}': `
}

describe.each(helms)('%s', helm => {
  test('an unknown key is an error at every level, with its path', async () => {
    const all = levels(defaults)
    expect(all.length).toBeGreaterThan(40)
    const given = all.map((path, index): [string, number] => [[...path, `typo${index}x`].join('.'), 1])
    const said = await errors(valuesWith(given), helm)
    for (const [index, path] of all.entries()) {
      const line = said.find(one => one.includes(`typo${index}x`))
      expect(line?.trim().startsWith(errorAt(helm, path.join('.'))), path.join('.')).toBe(true)
    }
  })

  describe('unknown key', () => {
    let said: string[]
    beforeAll(async () => {
      said = await errors(valuesWith(misspelt.map(path => [path, 1])), helm)
    })
    test.each(misspelt)('%s', path => {
      const [, parent = '', key] = /^(?:(.*)\.)?(.*)$/.exec(path) ?? []
      const lines = said.filter(one => one.trim().startsWith(errorAt(helm, parent)))
      const quoted = helm === 'helm3' ? `Additional property ${key} is not allowed` : `'${key}'`
      expect(lines.join('\n')).toContain(quoted)
    })
  })

  describe('invalid value', () => {
    let said: string[]
    beforeAll(async () => {
      said = await errors(valuesWith(mistyped), helm)
    })
    test.each(mistyped)('%s: %j', path => {
      expect(said.filter(one => one.trim().startsWith(errorAt(helm, path)))).not.toEqual([])
    })
  })

  test('keys of other charts and of earlier versions are explained, all in one message', async () => {
    const said = await errors(valuesWith(unsupported.map(([path]) => [path, { enabled: true }])), helm)
    const explained = said.filter(line => line.startsWith('- '))
    expect(explained.sort()).toEqual(unsupported.map(([path, message]) => `- ${path}${message}`).sort())
  })

  test('null cannot remove a value that the templates need', async () => {
    const said = await errors({ misskey: { replicas: null }, global: { nfs: null } }, helm)
    const lines = said.map(line => line.trim())
    expect(lines.filter(line => line.startsWith(errorAt(helm, 'misskey.replicas')))).toHaveLength(1)
    expect(lines.find(line => line.startsWith(errorAt(helm, 'global')))).toContain('nfs')
  })

  test('valid values are accepted', async () => {
    expect(await errors(valuesWith(valid), helm)).toEqual([])
  })
})

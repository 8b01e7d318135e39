import { expect, test } from 'vitest'
import { everything } from './main.mjs'
import { keep, planTasks } from './turbo.mjs'

const plan = planTasks([...everything, 'test:long'])

test('turbo accepts everything that npm test names, and each name has a script', () => {
  for (const name of [...everything, 'test:long']) expect(plan.map(({ task }) => task)).toContain(name)
})

test("the lab's tests need the lab, and the lab needs every image", () => {
  const needs = new Map(plan.map(({ id, needs }) => [id, needs]))
  expect(needs.get('@bluecore/cli#test:lab')).toEqual(['@bluecore/cli#up'])
  const images = plan.filter(({ id }) => /^@bluecore\/image-.*#build$/.test(id)).map(({ id }) => id)
  expect(images).toHaveLength(5)
  expect(needs.get('@bluecore/cli#up')).toEqual(expect.arrayContaining(images))
})

test('a task that does not exist is named', () => {
  expect(() => planTasks(['nonsense'])).toThrow('turbo does not accept these tasks: nonsense')
})

test('the last lines of each task are kept', () => {
  const outputs = new Map()
  for (const line of [
    '@bluecore/cli:test:lab: a.test.ts: failed',
    '@bluecore/cli:test:lab: ',
    '//:biome: 1 error',
    '• Packages in scope: //',
    ...Array.from({ length: 50 }, (_, number) => `@bluecore/cli:up: line ${number}`),
  ])
    keep(outputs, line)
  expect(outputs.get('@bluecore/cli#test:lab')).toEqual(['a.test.ts: failed'])
  expect(outputs.get('//#biome')).toEqual(['1 error'])
  expect(outputs.get('@bluecore/cli#up')).toHaveLength(40)
  expect(outputs.get('@bluecore/cli#up').at(-1)).toBe('line 49')
  expect(outputs.size).toBe(3)
})

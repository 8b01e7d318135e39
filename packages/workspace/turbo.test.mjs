import { expect, test } from 'vitest'
import { everything } from './main.mjs'
import { planTasks } from './turbo.mjs'

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

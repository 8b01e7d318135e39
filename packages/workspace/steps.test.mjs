import { expect, test } from 'vitest'
import { selectSteps, testSteps } from './steps.mjs'

const names = /** @param {string[]} selected */ selected => selectSteps(selected).map(step => step.name)

test('a step brings what it needs, once and before it', () => {
  expect(names(['lab', 'images'])).toEqual(['packages', 'install', 'up', 'images', 'lab'])
  expect(names(['unit'])).toEqual(['install', 'unit'])
})

test('what a step needs comes before it in the whole list', () => {
  const order = testSteps.map(step => step.name)
  expect(names(order)).toEqual(order)
  for (const { name, needs = [] } of testSteps) {
    for (const needed of needs) expect(order.slice(0, order.indexOf(name))).toContain(needed)
  }
})

test('unknown names are named, all of them', () => {
  expect(() => selectSteps(['unit', 'a', 'b'])).toThrow('no such step: a, b. There are: packages, install')
})

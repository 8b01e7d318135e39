import { pino } from 'pino'
import { expect, test } from 'vitest'
import { resultWith } from '../testing/result.js'
import type { Check, Condition } from './check.js'
import { createJournal } from './log.js'

const check: Check = { name: 'ping', intervalMs: 1_000, deadlineMs: 800, run: async () => ({}) }

function setUp() {
  const lines: string[] = []
  const journal = createJournal(pino({ base: null, timestamp: false }, { write: line => lines.push(line) }))
  return { journal, told: () => lines.map(line => JSON.parse(line)) }
}

test('a failure is logged once when it begins, and once when it ends, with its count', () => {
  const { journal, told } = setUp()
  const found: Condition[] = ['up', 'up', 'refused', 'refused', 'refused', 'starting', 'up', 'up']
  found.forEach((condition, second) => {
    const message = condition === 'up' ? '' : `seen in second ${second}`
    journal(check, resultWith({ condition, message, at: second * 1_000 }))
  })
  expect(told()).toEqual([
    { level: 30, check: 'ping', msg: 'up' },
    { level: 40, check: 'ping', class: 'refused', reason: 'seen in second 2', msg: 'failing' },
    { level: 30, check: 'ping', class: 'refused', runs: 3, seconds: 3, msg: 'failure over' },
    { level: 40, check: 'ping', class: 'starting', reason: 'seen in second 5', msg: 'failing' },
    { level: 30, check: 'ping', class: 'starting', runs: 1, seconds: 1, msg: 'failure over' },
    { level: 30, check: 'ping', msg: 'up' },
  ])
})

test('warnings are logged when their set changes, not with each new figure', () => {
  const { journal, told } = setUp()
  for (const warnings of [[], ['9 % free'], ['8 % free'], ['8 % free', 'slow'], []])
    journal(check, resultWith({ warnings }))
  expect(told()).toEqual([
    { level: 30, check: 'ping', msg: 'up' },
    { level: 40, check: 'ping', warnings: ['9 % free'], msg: 'warnings' },
    { level: 40, check: 'ping', warnings: ['8 % free', 'slow'], msg: 'warnings' },
    { level: 30, check: 'ping', warnings: [], msg: 'warnings' },
  ])
})

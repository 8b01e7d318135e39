import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Check, Condition } from './check.js'
import { createJournal } from './log.js'

const check: Check = { name: 'ping', intervalMs: 1_000, deadlineMs: 800, run: async () => ({}) }

test('a failure is told once when it begins, and once when it ends with its count', () => {
  const lines: string[] = []
  const journal = createJournal(pino({ base: null, timestamp: false }, { write: line => lines.push(line) }))
  const found: Condition[] = ['up', 'up', 'refused', 'refused', 'refused', 'starting', 'up', 'up']
  found.forEach((condition, second) => {
    const message = condition === 'up' ? '' : `seen in second ${second}`
    journal(check, { condition, message, gauges: [], at: second * 1_000, durationMs: 1 })
  })
  expect(lines.map(line => JSON.parse(line))).toEqual([
    { level: 30, check: 'ping', msg: 'up' },
    { level: 40, check: 'ping', class: 'refused', reason: 'seen in second 2', msg: 'failing' },
    { level: 30, check: 'ping', class: 'refused', runs: 3, seconds: 3, msg: 'failure over' },
    { level: 40, check: 'ping', class: 'starting', reason: 'seen in second 5', msg: 'failing' },
    { level: 30, check: 'ping', class: 'starting', runs: 1, seconds: 1, msg: 'failure over' },
    { level: 30, check: 'ping', msg: 'up' },
  ])
})

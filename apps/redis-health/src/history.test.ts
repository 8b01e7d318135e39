import { expect, test } from 'vitest'
import { createHistory } from './history.js'

const reply = (run_id: string, uptime: number) => ({ run_id, uptime_in_seconds: String(uptime) })

test('another process is a restart, and what the old one counted is forgotten', () => {
  const history = createHistory()
  const [a, b, c] = [reply('a', 100), reply('a', 105), reply('b', 1)]
  expect(history.add(a)).toBe(a)
  expect(history.add(b)).toBe(a)
  expect(history.restarts()).toBe(0)
  expect(history.add(c)).toBe(c)
  expect(history.restarts()).toBe(1)
})

test('it looks back five minutes', () => {
  const history = createHistory()
  const [a, b, c] = [reply('a', 100), reply('a', 105), reply('a', 405)]
  history.add(a)
  history.add(b)
  expect(history.add(c)).toBe(b)
})

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { recoveryPicture, recoveryTable, writeMeasured } from './recovery-page.js'
import type { Setup } from './setups.js'

const setup = (name: string): Setup => ({
  name,
  title: `with <${name}>`,
  replicas: 1,
  timings: 'ours',
  values: [],
})
const setups = [setup('one'), setup('two')]
const run = (found: number) => ({ posted: found - 1, found, pages: 3 })
const one = { name: 'one', date: '2026-11-30', runs: [run(30), run(20), run(25)] }
const two = { name: 'two', date: '2026-11-29', runs: [run(100)] }

test('medians with their ranges, and how many times the slowest takes', () => {
  const [, , ...rows] = recoveryTable(setups, [one, two])
    .split('\n')
    .map(line => line.split('|').map(cell => cell.trim()))
  expect(rows).toEqual([
    ['', 'with <one>', '3', '24 (19–29)', '25 (20–30)', '3 (3–3)', '4.0×', ''],
    ['', 'with <two>', '1', '99 (99–99)', '100 (100–100)', '3 (3–3)', '1.0×', ''],
  ])
})

test('a bar for each run, as long as it took', () => {
  const svg = recoveryPicture(setups, [one, two])
  const bars = [...svg.matchAll(/class="running" x="190" y="[\d.]+" width="([\d.]+)"/g)]
  expect(bars.map(([, width]) => Number(width))).toEqual([228, 152, 190, 760])
  expect(svg).toContain('>one: 25 s</text>')
  expect(svg).toContain('with &lt;one&gt;')
})

test('the figures of a setup replace its own only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recovery-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const measured of [two, one, { ...two, runs: [run(90)] }]) writeMeasured(folder, setups, measured)
  expect(JSON.parse(readFileSync(join(folder, 'recovery.json'), 'utf8'))).toEqual([
    one,
    { ...two, runs: [run(90)] },
  ])
  expect(readFileSync(join(folder, 'recovery.md'), 'utf8')).toContain('from 2026-11-29 to 2026-11-30')
})

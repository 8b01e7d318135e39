#!/usr/bin/env node
// npm test: everything. The last line says how many tests passed and failed.
import { parseArgs } from 'node:util'
import { summary, total } from './count.mjs'
import { runStep } from './run-step.mjs'
import { selectSteps, testSteps } from './steps.mjs'

const names = testSteps.map(step => step.name)
let options
let steps
try {
  options = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } }).values
  steps = selectSteps(options.only?.split(',') ?? names)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(2)
}
if (options.help) {
  console.log(`npm test [-- --only STEP,STEP…]: all tests, those on the lab included.
Steps: ${names.join(', ')}.
All run, even if one fails, but those that need it; a step brings what it needs (servers, images and lab: up).
Last line: N passed, N failed[, N skipped]; a step that fails without a failed test counts as one.`)
  process.exit()
}
/** @type {import('./run-step.mjs').Outcome[]} */
const outcomes = []
for (const step of steps) {
  const broken = outcomes.find(({ name, ok }) => !ok && step.needs?.includes(name))
  if (broken) {
    // Each of its tests would wait in vain for what is not there.
    console.log(`── ${step.name}: not run, it needs ${broken.name}\n`)
    outcomes.push({ name: step.name, ok: false, seconds: 0, shown: '', count: undefined })
    continue
  }
  console.log(`── ${step.name} ──`)
  const outcome = await runStep(step, { echo: true })
  const hint = !outcome.ok && step.mend ? `; to mend: ${step.mend}` : ''
  console.log(
    `── ${step.name}: ${outcome.ok ? 'ok' : 'FAILED'} after ${outcome.seconds.toFixed()} s${hint}\n`,
  )
  outcomes.push(outcome)
  if (step.vital && !outcome.ok) break
}
for (const { name, ok, seconds, count } of outcomes) {
  const counted = count ? `: ${summary(count)}` : ''
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed()} s)${counted}`)
}
process.exitCode = outcomes.every(outcome => outcome.ok) ? 0 : 1
console.log(summary(total(outcomes)))

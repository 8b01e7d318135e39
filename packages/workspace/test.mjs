#!/usr/bin/env node
// npm test: everything. The last line says how many tests passed and failed.
import { parseArgs } from 'node:util'
import { summary, total } from './count.mjs'
import { ensureInstalled } from './install.mjs'
import { runStep } from './run-step.mjs'
import { selectSteps, testSteps } from './steps.mjs'

const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } })
const names = testSteps.map(step => step.name)
if (values.help) {
  console.log(`npm test [-- --only STEP,STEP…]: all tests, those on the lab included.
Steps: ${names.join(', ')}. All run, even if one fails; a step brings what it needs (images and lab: up).
Last line: N passed, N failed[, N skipped]; a step that fails without a failed test counts as one.`)
  process.exit()
}
const steps = selectSteps(values.only?.split(',') ?? names)
ensureInstalled()
const outcomes = []
for (const step of steps) {
  console.log(`\n── ${step.name} ──`)
  const outcome = await runStep(step, { echo: true })
  console.log(`── ${step.name}: ${outcome.ok ? 'ok' : 'FAILED'} after ${outcome.seconds.toFixed()} s`)
  outcomes.push(outcome)
}
console.log('')
for (const { name, ok, seconds, count } of outcomes) {
  console.log(
    `${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed()} s)${count ? `: ${summary(count)}` : ''}`,
  )
}
process.exitCode = outcomes.every(outcome => outcome.ok) ? 0 : 1
console.log(summary(total(outcomes)))

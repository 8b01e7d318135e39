#!/usr/bin/env node
// npm run check: everything that needs no server, no image and no cluster.
import { runStep } from './run-step.mjs'
import { checkSteps } from './steps.mjs'

if (process.argv.includes('--help')) {
  console.log(`npm run check: what a push must pass, in a minute and a half.
Steps: ${checkSteps.map(step => step.name).join(', ')}.
All run, even if one fails; what the failed ones printed comes last.`)
  process.exit()
}
const failed = []
for (const step of checkSteps) {
  const outcome = await runStep(step, { echo: false })
  console.log(`${outcome.ok ? 'ok    ' : 'FAILED'} ${step.name} (${outcome.seconds.toFixed(1)} s)`)
  if (outcome.ok) continue
  failed.push({ ...outcome, mend: step.mend })
  if (step.vital) break
}
for (const { name, shown, mend } of failed) {
  console.error(
    `\n── ${name}, alone: npm test -- --only ${name}${mend ? `; to mend: ${mend}` : ''} ──\n${shown}`,
  )
}
process.exitCode = failed.length > 0 ? 1 : 0

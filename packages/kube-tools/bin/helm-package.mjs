#!/usr/bin/env node
// helm-package CHART FOLDER: see `packageChart`.
import { packageChart } from '../index.mjs'

const [chart, target] = process.argv.slice(2)
if (!chart || !target) {
  console.error('usage: helm-package CHART FOLDER')
  process.exit(2)
}
try {
  console.log(await packageChart(chart, target))
} catch (error) {
  console.error(`helm-package: ${error.message}`)
  process.exitCode = 1
}

#!/usr/bin/env node
// npm test, npm run check: everything, or what --only names, run by turbo. The last line says how many tests passed and failed.
import { ensureInstalled } from './install.mjs'

try {
  ensureInstalled() // before anything is imported that is installed
  const { main } = await import('./main.mjs')
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}

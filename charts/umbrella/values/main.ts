// npm run generate [-- --check]: writes (or checks) the files generated from values/*.ts.
import { generate, stale } from './generate.js'

const chart = process.cwd()

if (process.argv.includes('--check')) {
  const files = stale(chart)
  if (files.length > 0) {
    console.error(`out of date: ${files.join(', ')}. Run: npm --prefix charts/umbrella run generate`)
    process.exitCode = 1
  }
} else {
  const files = generate(chart)
  console.log(files.length > 0 ? `written: ${files.join(', ')}` : 'up to date')
}

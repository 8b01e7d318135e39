// npm run generate [-- --check]: values.yaml, its schema, the README's tables and the foreign names, all from values/*.ts.
import { generate, stale } from './generate.js'

const chart = process.cwd()

if (process.argv.includes('--check')) {
  const files = stale(chart)
  if (files.length > 0) {
    console.error(
      `not what values/*.ts make: ${files.join(', ')}. Run: npm --prefix charts/umbrella run generate`,
    )
    process.exitCode = 1
  }
} else {
  const files = generate(chart)
  console.log(files.length > 0 ? `written: ${files.join(', ')}` : 'nothing to do')
}

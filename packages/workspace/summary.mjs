// What `npm test` says at its end.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { count, readJunit } from './junit.mjs'

/**
 * @typedef {import('./junit.mjs').TestCase} TestCase
 * @typedef {import('./junit.mjs').Count} Count
 *
 * @typedef {object} Result of one task
 * @property {string} id
 * @property {'ok' | 'FAILED' | 'not run'} outcome
 * @property {boolean} cached
 * @property {number} start in seconds since the start of the whole run; infinite if it did not run
 * @property {number} seconds
 * @property {TestCase[]} tests none for a task that reports none
 * @property {string[]} output its last lines
 */

/** command that fixes what a task finds, by task */
const fixes = /** @type {Record<string, string>} */ ({
  '//#biome': 'npm run format',
  '//#gofmt': 'gofmt -w packages',
  '//#install': 'node packages/workspace/install.mjs',
})

/**
 * The tests in a task's report, dist/reports/KIND.xml of its package.
 * @param {string} root
 * @param {{ task: string, folder: string }} task
 * @returns {TestCase[]}
 */
export function readReport(root, { task, folder }) {
  const path = join(root, folder, 'dist/reports', `${task.replace('test:', '')}.xml`)
  if (!existsSync(path)) return []
  try {
    return readJunit(readFileSync(path, 'utf8'))
  } catch {
    return [] // a runner that was killed leaves half a report; its task has failed
  }
}

/**
 * Adds up all tasks. One that failed, or could not run, without a failed test counts as one failed.
 * @param {Result[]} results
 * @returns {Count}
 */
export function total(results) {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const { outcome, tests } of results) {
    const { passed, failed, skipped } = count(tests)
    sum.passed += passed
    sum.skipped += skipped
    sum.failed += failed || (outcome === 'ok' ? 0 : 1)
  }
  return sum
}

/** @param {Count} count */
function countLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/**
 * @param {Result[]} results
 * @param {number} seconds of the whole run
 * @returns {string} the last line is the count
 */
export function summary(results, seconds) {
  const tests = results.flatMap(({ tests }) => tests)
  const failed = results.filter(({ outcome }) => outcome !== 'ok')
  const slowest = tests.toSorted((a, b) => b.seconds - a.seconds).slice(0, 10)
  const replayed = results.filter(({ cached }) => cached).flatMap(({ tests }) => tests)
  return [
    '',
    `${'Result'.padEnd(8)}${'Start'.padStart(8)}${'Time'.padStart(9)}  Task`,
    ...results.toSorted((a, b) => a.start - b.start).map(resultLine),
    ...(slowest.length > 0 ? ['', 'Slowest tests:'] : []),
    ...slowest.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${name}`),
    ...failed.flatMap(failure),
    '',
    `${seconds.toFixed()} s in all${tests.length > 0 ? `; ${replayed.length} of ${tests.length} tests replayed: nothing that they depend on has changed` : ''}`,
    countLine(total(results)),
  ].join('\n')
}

/** @param {Result} result */
function resultLine({ id, outcome, cached, start, seconds, tests }) {
  const from = outcome === 'not run' ? '' : `${start.toFixed()} s`
  const time = cached ? 'cached' : `${seconds.toFixed()} s`
  const counted = tests.length > 0 ? `  ${countLine(count(tests))}` : ''
  return `${outcome.padEnd(8)}${from.padStart(8)}${time.padStart(9)}  ${id}${counted}`
}

/**
 * @param {Result} result
 * @returns {string[]}
 */
function failure({ id, outcome, tests, output }) {
  if (outcome === 'not run') return ['', `${id} did not run: a task that it needs failed`]
  const fix = fixes[id] ? `; to fix: ${fixes[id]}` : ''
  const failed = tests.filter(({ outcome }) => outcome === 'failed')
  return [
    '',
    `${id} failed; alone: npm test -- --only ${id.replace('//#', '')}${fix}`,
    ...failed.map(({ name, message }) => `  × ${name}: ${message.split('\n').slice(0, 40).join('\n    ')}`),
    // Without a failed test, only what it printed tells why.
    ...(failed.length > 0 ? [] : output.map(line => `  ${line}`)),
  ]
}

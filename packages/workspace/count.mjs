// How many tests ran, read from the runners' own reports. Node's own modules only.

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/**
 * Counts the report of vitest's json reporter. A file that fails as a whole (it cannot be loaded, or a hook of the file throws) has no failed test and counts as one.
 * @param {string} report
 * @returns {Count}
 */
export function countVitest(report) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(report)
  /** @param {{ status: string, assertionResults: { status: string }[] }} file */
  const brokenFile = file =>
    file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed')
  return {
    passed: numPassedTests,
    failed: numFailedTests + testResults.filter(brokenFile).length,
    skipped: numPendingTests + numTodoTests,
  }
}

/**
 * Counts the events of `go test -json`, subtests included, as gotestsum does. A package that fails without a failed test (it does not compile, or it panics) counts as one.
 * @param {string} events one JSON object a line; other lines (of the compiler) are passed over
 * @returns {Count}
 * @see go doc test2json
 */
export function countGo(events) {
  const count = { passed: 0, failed: 0, skipped: 0 }
  const packagesWithFailedTest = new Set()
  for (const line of events.split('\n')) {
    if (!line.startsWith('{')) continue
    const { Action, Package, Test } = JSON.parse(line)
    if (Test && Action === 'pass') count.passed++
    if (Test && Action === 'skip') count.skipped++
    if (Action !== 'fail') continue
    if (Test) packagesWithFailedTest.add(Package)
    else if (packagesWithFailedTest.has(Package)) continue
    count.failed++
  }
  return count
}

/**
 * Counts a JUnit report as helm-unittest writes it: one `testcase` a test, which holds what was wrong with it. A file that cannot be read is not in it; the step has failed then.
 * @param {string} report
 * @returns {Count}
 */
export function countJunit(report) {
  const count = { passed: 0, failed: 0, skipped: 0 }
  // Names and messages are escaped, so a < is always a tag.
  for (const [, test = ''] of report.matchAll(/<testcase[ >]([\s\S]*?)<\/testcase>/g)) {
    if (/<(failure|error)[ >]/.test(test)) count.failed++
    else if (/<skipped[ >]/.test(test)) count.skipped++
    else count.passed++
  }
  return count
}

/**
 * Adds up all steps. A step that failed without a failed test (a crashed runner, a linter) counts as one failed.
 * @param {{ ok: boolean, count?: Count | undefined }[]} steps
 * @returns {Count}
 */
export function total(steps) {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const { ok, count } of steps) {
    sum.passed += count?.passed ?? 0
    sum.skipped += count?.skipped ?? 0
    sum.failed += count?.failed || (ok ? 0 : 1)
  }
  return sum
}

/**
 * The last line of `npm test`.
 * @param {Count} count
 */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

// Reads test reports in the JUnit format, as vitest, gotestsum and helm-unittest write them.
import { XMLParser } from 'fast-xml-parser'

/**
 * @typedef {object} TestCase
 * @property {string} name with the file or package that it is in
 * @property {'passed' | 'failed' | 'skipped'} outcome
 * @property {number} seconds
 * @property {string} message why it failed, of several lines, or ''
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} Count
 */

const lists = new Set(['testsuite', 'testcase', 'failure', 'error'])
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  htmlEntities: true, // numeric ones too: &#39;
  isArray: name => lists.has(name),
})

/**
 * @param {string} report the text of a JUnit file
 * @returns {TestCase[]}
 * @throws {Error} when it is not XML
 */
export function readJunit(report) {
  const document = parser.parse(report, true)
  return testCases(document.testsuites || document)
}

/**
 * @param {any} suite a parsed <testsuites> or <testsuite>; empty elements are ''
 * @returns {TestCase[]}
 */
function testCases(suite) {
  const own = (suite.testcase ?? []).map(
    /** @param {any} test */ test => {
      const problem = test.failure?.[0] ?? test.error?.[0]
      const outcome = problem !== undefined ? 'failed' : 'skipped' in test ? 'skipped' : 'passed'
      return {
        name: [test.classname, test.name].filter(Boolean).join(' > '),
        outcome,
        seconds: Number(test.time ?? 0),
        message: String(problem?.['#text'] || problem?.message || problem || '').trim(),
      }
    },
  )
  return [...own, ...(suite.testsuite ?? []).flatMap(testCases)]
}

/**
 * @param {TestCase[]} tests
 * @returns {Count}
 */
export function count(tests) {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const { outcome } of tests) sum[outcome]++
  return sum
}

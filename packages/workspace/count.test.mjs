import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countGo, countJunit, countVitest, summary, total } from './count.mjs'
import { root } from './install.mjs'

test('a report of vitest: passed, failed and skipped tests, and files that cannot be loaded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-count-'))
  const report = join(folder, 'report.json')
  const skip = ['test', 'skip'].join('.')
  writeFileSync(
    join(folder, 'a.test.mjs'),
    `test('p', () => {}); test('q', () => {}); ${skip}('s', () => {})`,
  )
  writeFileSync(join(folder, 'b.test.mjs'), "test('f', () => { throw new Error('no') })")
  writeFileSync(join(folder, 'c.test.mjs'), "throw new Error('cannot be loaded')")
  const options = ['--globals', '--root', folder, '--reporter', 'json', '--outputFile', report]
  const { status } = spawnSync(join(root, 'node_modules/.bin/vitest'), ['run', ...options])
  const count = countVitest(readFileSync(report, 'utf8'))
  rmSync(folder, { recursive: true })
  expect(status).toBe(1)
  expect(count).toEqual({ passed: 2, failed: 2, skipped: 1 })
})

test('events of go test: tests, and packages that fail without one', () => {
  const events = [
    { Action: 'run', Package: 'a', Test: 'TestOne' },
    { Action: 'output', Package: 'a', Test: 'TestOne', Output: '=== RUN   TestOne\n' },
    { Action: 'pass', Package: 'a', Test: 'TestOne' },
    { Action: 'fail', Package: 'a', Test: 'TestTwo/sub' },
    { Action: 'fail', Package: 'a', Test: 'TestTwo' },
    { Action: 'skip', Package: 'a', Test: 'TestThree' },
    { Action: 'fail', Package: 'a' },
    { Action: 'build-fail', ImportPath: 'b' },
    { Action: 'fail', Package: 'b', FailedBuild: 'b' },
    { Action: 'skip', Package: 'without tests' },
  ]
  const lines = ['# b', ...events.map(event => JSON.stringify(event))].join('\n')
  expect(countGo(lines)).toEqual({ passed: 1, failed: 3, skipped: 1 })
})

test('a JUnit report of helm-unittest: tests that passed, failed and were skipped, whatever they are called', () => {
  const report = `<testsuites>
	<testsuite id="0" tests="3" failures="1" errors="0" name="&lt;testcase name=&#34;x&#34;&gt;">
		<testcase classname="names" name="&lt;failure &gt;" time="0.087"></testcase>
		<testcase classname="names" name="fails" time="0.023">
			<failure message="Failed" type=""> - asserts[0] \`equal\` fail , Expected to equal: , &lt;skipped &gt;</failure>
		</testcase>
		<testcase classname="names" name="skipped one" time="0.000">
			<skipped message="SKIPPED &#39;skipped one&#39; ,"></skipped>
		</testcase>
	</testsuite>
</testsuites>`
  expect(countJunit(report)).toEqual({ passed: 1, failed: 1, skipped: 1 })
})

test('a step that fails without a failed test counts as one', () => {
  const steps = [
    { ok: true },
    { ok: false },
    { ok: true, count: { passed: 5, failed: 0, skipped: 1 } },
    { ok: false, count: { passed: 2, failed: 3, skipped: 0 } },
    { ok: false, count: { passed: 1, failed: 0, skipped: 0 } },
  ]
  expect(summary(total(steps))).toBe('8 passed, 5 failed, 1 skipped')
  expect(summary(total([]))).toBe('0 passed, 0 failed')
})

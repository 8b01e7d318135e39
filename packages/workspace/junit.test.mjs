import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from './install.mjs'
import { count, readJunit } from './junit.mjs'

test('a report of vitest: passed, failed and skipped tests, and files that cannot be loaded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-junit-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const report = join(folder, 'report.xml')
  const skip = ['test', 'skip'].join('.')
  writeFileSync(
    join(folder, 'a.test.mjs'),
    `test('p', () => {}); test('q', () => {}); ${skip}('s', () => {})`,
  )
  writeFileSync(join(folder, 'b.test.mjs'), "test('f <&>', () => { throw new Error('it\\'s broken') })")
  writeFileSync(join(folder, 'c.test.mjs'), "throw new Error('cannot be loaded')")
  const options = ['--globals', '--root', folder, '--reporter', 'junit', '--outputFile', report]
  const { status } = spawnSync(join(root, 'node_modules/.bin/vitest'), ['run', ...options])
  expect(status).toBe(1)
  const tests = readJunit(readFileSync(report, 'utf8'))
  expect(count(tests)).toEqual({ passed: 2, failed: 2, skipped: 1 })
  expect(tests.find(({ name }) => name === 'b.test.mjs > f <&>')?.message).toMatch(/^Error: it's broken\n/)
  expect(tests.find(({ name }) => name.startsWith('c.test.mjs'))?.outcome).toBe('failed')
})

test('a report of gotestsum: nested suites, skipped tests, and a package that does not compile', () => {
  const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="2" errors="0" time="1.5">
	<testsuite tests="3" failures="1" time="0.120000" name="example/a">
		<properties><property name="go.version" value="go1.26"></property></properties>
		<testcase classname="example/a" name="TestOne" time="0.100000"></testcase>
		<testcase classname="example/a" name="TestTwo/sub" time="0.020000">
			<failure message="Failed" type="">=== RUN   TestTwo&#xA;    a_test.go:7: got &lt;nil&gt;</failure>
		</testcase>
		<testcase classname="example/a" name="TestThree" time="0.000000"><skipped message="later"></skipped></testcase>
	</testsuite>
	<testsuite tests="0" failures="1" time="0.000000" name="example/b">
		<testcase classname="" name="TestMain" time="0.000000"><failure message="Failed" type="">build failed</failure></testcase>
	</testsuite>
</testsuites>`
  const tests = readJunit(report)
  expect(count(tests)).toEqual({ passed: 1, failed: 2, skipped: 1 })
  expect(tests[0]).toEqual({ name: 'example/a > TestOne', outcome: 'passed', seconds: 0.1, message: '' })
})

test('a report of helm-unittest: tests that passed, failed and were skipped, whatever they are called', () => {
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
  expect(count(readJunit(report))).toEqual({ passed: 1, failed: 1, skipped: 1 })
})

test.each(['', '<testsuites><testsuite>'])('half a report is an error: "%s"', report => {
  expect(() => readJunit(report)).toThrow()
})

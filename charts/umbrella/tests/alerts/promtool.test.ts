import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolPath } from '@bluecore/kube-tools'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import { expressions, rules } from '../../testing/expressions.js'
import { render } from '../../testing/helm.js'
import { only } from '../../testing/objects.js'
import { firstBuildMs } from '../../testing/tool-timeout.js'

const tests = readdirSync(import.meta.dirname).filter(file => file.endsWith('.yaml'))
const groups = { groups: [{ name: 'x', rules: [{ record: 'x', expr: 'up' }] }] }

beforeAll(() => toolPath('promtool'), firstBuildMs)

/** Runs promtool in a folder with these files; rejects with its report in `stderr` or `stdout`. */
async function promtool(args: string[], files: Record<string, unknown>): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'bluecore-promtool-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), stringify(content))
  for (const name of tests) cpSync(join(import.meta.dirname, name), join(cwd, name))
  const { stdout } = await promisify(execFile)(await toolPath('promtool'), args, { cwd })
  return stdout
}

async function rendered(): Promise<unknown> {
  const objects = await render({ monitoring: { alerts: { enabled: true } } })
  return only(objects, 'PrometheusRule', 'bluecore').spec
}

test('Prometheus accepts the rules that Helm renders', async () => {
  const output = await promtool(['check', 'rules', 'rules.yaml'], { 'rules.yaml': await rendered() })
  expect(output).toContain(`SUCCESS: ${rules().length} rules found`)
})

test('every alert fires with the expected text when it should, and only then', async () => {
  await promtool(['test', 'rules', ...tests], { 'rules.yaml': await rendered() })
})

test('a rule that never fires fails its test', async () => {
  const failed = promtool(['test', 'rules', 'volume-hung.yaml'], { 'rules.yaml': groups })
  await expect(failed).rejects.toMatchObject({
    stderr: expect.stringContaining('alertname: BluecoreVolumeHung'),
  })
})

test('Prometheus accepts every expression of the alerts, their descriptions and the dashboard', async () => {
  const all = expressions().map(([, expr], index) => ({ record: `x${index}`, expr }))
  expect(all.length).toBeGreaterThan(40)
  const files = { 'rules.yaml': { groups: [{ name: 'x', rules: all }] } }
  expect(await promtool(['check', 'rules', 'rules.yaml'], files)).toContain(
    `SUCCESS: ${all.length} rules found`,
  )
})

test('an invalid expression is rejected', async () => {
  const files = {
    'rules.yaml': { groups: [{ name: 'x', rules: [{ record: 'x', expr: 'max by (a (up)' }] }] },
  }
  const failed = promtool(['check', 'rules', 'rules.yaml'], files)
  await expect(failed).rejects.toMatchObject({ stderr: expect.stringContaining('parse error') })
})

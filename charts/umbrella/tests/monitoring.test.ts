import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { dashboard, expressions, rules, selectors } from '../testing/expressions.js'
import { chart, render, run } from '../testing/helm.js'
import { type Container, only, pods } from '../testing/objects.js'

interface WithPorts {
  ports?: { name: string }[]
}

const kinds = ['PodMonitor', 'PrometheusRule', 'ConfigMap']
const runbooks = join(chart, '../../docs/runbooks')
const names = (folder: string, extension: string) =>
  readdirSync(folder)
    .filter(file => file.endsWith(extension) && file !== 'README.md')
    .map(file => file.slice(0, -extension.length))

test('monitoring is off by default, and each part is enabled separately', async () => {
  const before = await render()
  for (const [index, part] of ['podMonitor', 'alerts', 'dashboard'].entries()) {
    const objects = await render({ monitoring: { [part]: { enabled: true, labels: { release: 'prom' } } } })
    const added = objects.filter(
      ({ kind, metadata }) => !before.some(one => one.kind === kind && one.metadata.name === metadata.name),
    )
    expect(added.map(({ kind }) => kind)).toEqual([kinds[index]])
    expect(added[0]?.metadata).toMatchObject({
      namespace: 'home',
      labels: { release: 'prom', 'app.kubernetes.io/part-of': 'bluecore' },
    })
  }
})

test('the PodMonitor selects the sidecars of the three servers and no other port', async () => {
  const objects = await render({ monitoring: { podMonitor: { enabled: true, interval: '15s' } } })
  const { jobLabel, selector, podMetricsEndpoints } = only(objects, 'PodMonitor', 'bluecore').spec
  expect(podMetricsEndpoints).toHaveLength(1)
  const [{ port, path, interval, relabelings }] = podMetricsEndpoints
  const found = pods(objects).flatMap(([, { metadata, spec }]) => {
    const chosen = Object.entries(selector.matchLabels).every(
      ([key, value]) => metadata.labels[key] === value,
    )
    const ports = [...(spec.initContainers ?? []), ...spec.containers].flatMap(
      one => (one as Container & WithPorts).ports ?? [],
    )
    return chosen && ports.some(({ name }) => name === port) ? [metadata.labels] : []
  })
  expect(found.map(labels => labels['app.kubernetes.io/name']).sort()).toEqual([
    'dbserver',
    'elsearch',
    'redis',
  ])
  expect(new Set(found.map(labels => labels[jobLabel]))).toEqual(new Set(['bluecore']))
  expect([path, interval]).toEqual(['/metrics', '15s'])
  // The label that all alerts use, in Prometheus's spelling.
  const source = `__meta_kubernetes_pod_label_${'app.kubernetes.io/component'.replaceAll(/\W/g, '_')}`
  expect(relabelings).toEqual([{ sourceLabels: [source], targetLabel: 'server' }])
})

test('expressions refer only to the three servers', () => {
  const asked = expressions().filter(([where]) => !where.startsWith('description'))
  const named = asked.flatMap(([where, expr]) => [
    ...selectors(expr).flatMap(({ matchers }) =>
      matchers.filter(([label]) => label === 'server').map(one => one[2]),
    ),
    ...[...expr.matchAll(/"server", "(\w+)"/g)].map(([, name = where]) => name),
  ])
  expect([...new Set(named)].sort()).toEqual(['dbserver', 'elsearch', 'redis'])
})

test.each(rules())('%s: one rule, named like its file, with all annotations', (name, rule) => {
  const camel = name.replaceAll(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase())
  expect(rule).toEqual({
    alert: `Bluecore${camel}`,
    expr: expect.any(String),
    for: expect.stringMatching(/^\d+[mh]$/),
    labels: { severity: expect.stringMatching(/^(critical|warning)$/) },
    annotations: {
      summary: expect.any(String),
      description: expect.stringMatching(/\.$|end }}$/),
      runbook: `docs/runbooks/${name}.md`,
    },
  })
  // An alert must identify its release, as a cluster may have several.
  if (name !== 'nothing-scraped') expect(rule.expr).toContain('by (namespace')
})

test('Helm renders the rules unchanged, including their braces', async () => {
  const objects = await render({ monitoring: { alerts: { enabled: true } } })
  const [group, ...others] = only(objects, 'PrometheusRule', 'bluecore').spec.groups
  expect(others).toEqual([])
  expect(group.rules).toEqual(rules().map(([, rule]) => rule))
})

test('each alert has a runbook and a test, and there are no others', () => {
  const alerts = names(join(chart, 'alerts'), '.yaml')
  expect(names(runbooks, '.md')).toEqual(alerts)
  expect(names(join(chart, 'tests/alerts'), '.yaml')).toEqual(alerts)
})

test.each(rules())('the runbook of %s is short and complete, and its links resolve', (name, rule) => {
  const text = readFileSync(join(runbooks, `${name}.md`), 'utf8')
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40)
  expect(text).toMatch(
    new RegExp(
      `^# ${rule.alert}\n\\w[^]*\\*\\*Users see\\*\\* [^]*\n## Diagnose\n[^]*\n## Fix\n[^]*\n## Verify\n`,
    ),
  )
  for (const [, link = ''] of text.matchAll(/\]\(([^)]+)\)/g))
    expect(existsSync(join(runbooks, link)), link).toBe(true)
  const titles = dashboard.panels.map(({ title }) => title)
  for (const [, panel] of text.matchAll(/panel "([^"]+)"/g)) expect(titles).toContain(panel)
})

test('the dashboard queries the selected Prometheus for the selected namespace', async () => {
  const objects = await render({ monitoring: { dashboard: { enabled: true } } })
  const map = only(objects, 'ConfigMap', 'bluecore-dashboard')
  expect(map.metadata.labels).toMatchObject({ grafana_dashboard: '1' })
  expect(JSON.parse(map.data?.['bluecore.json'] ?? '')).toEqual(dashboard)
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
  for (const { title, datasource, gridPos, targets } of dashboard.panels) {
    expect(datasource, title).toEqual({ type: 'prometheus', uid: placeholder('datasource') })
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24)
    for (const { expr } of targets) {
      for (const { name, matchers } of selectors(expr))
        expect(matchers, `${title}: ${name}`).toContainEqual(['namespace', '=', '$namespace'])
    }
  }
})

test('a packaged chart renders the same as the folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-package-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  await run('helm', ['package', chart, '--destination', folder])
  const values = { monitoring: { alerts: { enabled: true }, dashboard: { enabled: true } } }
  const packaged = await render(values, { folder: join(folder, readdirSync(folder)[0] ?? '') })
  expect(packaged).toEqual(await render(values))
})

/** A Grafana variable. */
function placeholder(name: string) {
  return `\${${name}}`
}

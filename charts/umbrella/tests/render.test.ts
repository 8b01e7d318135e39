import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chart, helms, houses, render, renderText, run } from './render.js'

describe.each(houses)('%s', (_, values, options) => {
  test('the same bytes twice, and from helm 3 and helm 4', async () => {
    const texts = await Promise.all(
      [...helms, ...helms].map(helm => renderText(values, { ...options, helm })),
    )
    expect(new Set(texts).size).toBe(1)
  })

  test('at most 45 objects, all in the namespace of the release, no two of one name', async () => {
    const objects = await render(values, options)
    expect(objects.length).toBeLessThanOrEqual(45)
    for (const { kind, metadata } of objects) {
      expect(metadata.namespace, `${kind}/${metadata.name}`).toBe(
        kind === 'PersistentVolume' ? undefined : (options?.namespace ?? 'home'),
      )
    }
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    expect(names).toEqual([...new Set(names)])
  })

  test('reached inside the cluster only: ClusterIP, no node port, no Ingress', async () => {
    const objects = await render(values, options)
    expect(objects.filter(({ kind }) => kind === 'Ingress')).toEqual([])
    const services = objects.filter(({ kind }) => kind === 'Service')
    expect(
      Object.fromEntries(services.map(({ metadata, spec }) => [metadata.name, spec.ports[0].port])),
    ).toEqual({
      'misskey-sv': 3000,
      'dbserver-sv': 5432,
      'redis-sv': 6379,
      'elsearch-sv': 9200,
    })
    for (const { spec } of services) expect(spec.type).toBe('ClusterIP')
    expect(JSON.stringify(objects)).not.toMatch(/nodePort|hostPort|hostNetwork|externalIPs|hostPath/)
  })
})

test.each(helms)('%s lint --strict finds nothing', async helm => {
  expect(await run(helm, ['lint', '--strict', chart])).toContain('1 chart(s) linted, 0 chart(s) failed')
})

test.each(helms)('%s package takes the chart and nothing of the workspace', async helm => {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-package-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  await run(helm, ['package', chart, '--destination', folder])
  const [archive = ''] = readdirSync(folder)
  const { stdout } = await promisify(execFile)('tar', ['-tzf', join(folder, archive)])
  const files = stdout.trim().split('\n')
  expect(
    files.filter(
      path =>
        !/^bluecore\/(Chart\.yaml|README\.md|values\.(yaml|schema\.json)|(templates|charts|files|alerts|dashboards)\/)/.test(
          path,
        ),
    ),
  ).toEqual([])
  expect(files).toContain('bluecore/charts/misskey/files/migrations.mjs')
})

test('no template depends on the cluster or on chance, and none is longer than 120 lines', () => {
  const templates = readdirSync(chart, { recursive: true, encoding: 'utf8' }).filter(
    path => /^(templates|charts)\/.*\.(yaml|tpl|txt)$/.test(path) && !path.includes('node_modules'),
  )
  expect(templates.length).toBeGreaterThan(20)
  for (const path of templates) {
    const text = readFileSync(join(chart, path), 'utf8')
    expect(text, path).not.toMatch(
      /\b(lookup|rand\w+|uuidv4|genCA|genSelf\w+|genPrivateKey|now|Capabilities)\b\s/,
    )
    expect(text.trimEnd().split('\n').length, path).toBeLessThanOrEqual(120)
  }
})

test('the notes say how it is reached and warn of what is missing', async () => {
  const notes = await run('helm', ['install', 'bluecore', chart, '--namespace', 'home', '--dry-run=client'])
  expect(notes).toContain('http://misskey-sv.home.svc.cluster.local:3000')
  expect(notes).toContain('nfs.bluecore.internal:/bluecore/dbserver')
  expect(notes).toContain('There is no backup yet')
})

import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chart, helms, render, renderText, run } from '../testing/helm.js'
import { installations } from '../testing/installations.js'

describe.each(installations)('%s', (_, values, options) => {
  // Two independent runs, so this also shows that nothing depends on chance or on the order of a map.
  test('Helm 3 and Helm 4 render the same bytes', async () => {
    const [helm3, helm4] = await Promise.all(
      (['helm3', 'helm'] as const).map(helm => renderText(values, { ...options, helm })),
    )
    expect(helm3).toBe(helm4)
  })

  test('at most 55 objects, all in the namespace of the release, with unique names', async () => {
    const objects = await render(values, options)
    expect(objects.length).toBeLessThanOrEqual(55)
    for (const { kind, metadata } of objects) {
      expect(metadata.namespace, `${kind}/${metadata.name}`).toBe(
        kind === 'PersistentVolume' ? undefined : (options?.namespace ?? 'home'),
      )
    }
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    expect(names).toEqual([...new Set(names)])
  })

  test('only reachable inside the cluster: ClusterIP, no node port, no Ingress', async () => {
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

test.each(helms)('%s lint --strict reports nothing', async helm => {
  expect(await run(helm, ['lint', '--strict', chart])).toContain('1 chart(s) linted, 0 chart(s) failed')
})

test.each(helms)('%s package contains the chart and nothing else of the workspace', async helm => {
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

test('no template depends on the cluster or on random values, and none is longer than 120 lines', () => {
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

const notesOf = (...options: string[]) =>
  run('helm', ['install', 'bluecore', chart, '--namespace', 'home', '--dry-run=client', ...options])

test('the notes tell where stand-ins may run, and where they do', async () => {
  const mayBe = /Images that were pushed there with\n +--stand-ins are not the official ones/
  expect(await notesOf()).not.toMatch(/stand-in/)
  expect(await notesOf('--set', 'global.imageRegistry=r.example/team')).toMatch(mayBe)
  expect(await notesOf('--set', 'redis.image.repository=bluecore/redis')).toContain(
    "Redis: a stand-in of Bluecore's, not the official image.",
  )
})

test('the notes show the Service and the volumes, and warn of the missing backup', async () => {
  const notes = await notesOf()
  expect(notes).toContain('http://misskey-sv.home.svc.cluster.local:3000')
  expect(notes).toContain('nfs.bluecore.internal:/bluecore/dbserver')
  expect(notes).toContain('There is no backup yet')
})

import { join } from 'node:path'
import { containerName, namespace, run, status, waitFor, workspaceRoot } from '@bluecore/lab'
import { beforeAll, expect, test } from 'vitest'
import { noteToFind } from '../../testing/notes.js'
import { waitForRelease } from '../../testing/pods.js'

const up = () =>
  run(process.execPath, [join(workspaceRoot(), 'apps/bluecore/run.mjs'), 'up'], { cwd: workspaceRoot() })

beforeAll(() => waitForRelease(namespace))

test('npm start repairs a lab whose worker, registry and NAS were killed, and every note is found', async () => {
  const stillFound = await noteToFind(namespace)
  await run('docker', ['kill', ...['worker2', 'registry', 'nas'].map(containerName)])
  await up()
  const found = await status()
  expect(found.nodes.filter(({ ready }) => !ready)).toEqual([])
  await stillFound()
})

test('npm start on a running lab changes nothing', async () => {
  await waitForRelease(namespace)
  // The test before may have upgraded the release: old pods are still shutting down then.
  const none = async () => (await status()).pods.every(({ phase }) => phase !== 'Terminating')
  await waitFor(none, { what: 'no pod is being deleted', timeoutMs: 120_000 })
  const pods = async () => (await status()).pods.map(({ name, restarts }) => `${name} ${restarts}`).sort()
  const before = await pods()
  const started = performance.now()
  await up()
  console.log(`npm start on a running lab: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  expect(await pods()).toEqual(before)
})

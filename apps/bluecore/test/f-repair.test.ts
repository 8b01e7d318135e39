import { join } from 'node:path'
import { containerName, run, status, workspaceRoot } from '@bluecore/lab'
import { expect, test } from 'vitest'
import { noteToFind } from './cluster.js'

const up = () =>
  run(process.execPath, [join(workspaceRoot(), 'apps/bluecore/run.mjs'), 'up'], { cwd: workspaceRoot() })

test('a lab of which a worker, the registry and the NAS were killed is repaired by npm start, with its notes', async () => {
  const stillFound = await noteToFind()
  await stillFound()
  await run('docker', ['kill', ...['worker2', 'registry', 'nas'].map(containerName)])
  await up()
  const found = await status()
  expect(found.nodes.filter(({ ready }) => !ready)).toEqual([])
  await stillFound()
})

test('npm start on a lab that is up changes nothing', async () => {
  const uids = async () => (await status()).pods.map(({ name, restarts }) => `${name} ${restarts}`).sort()
  const before = await uids()
  const started = performance.now()
  await up()
  console.log(`npm start, all up already: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  expect(await uids()).toEqual(before)
})

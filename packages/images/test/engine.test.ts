import { expect, test, vi } from 'vitest'
import { docker, findEngine, inspectImage } from '../src/engine.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

test('finds a client, and an image only where one exists', async () => {
  const engine = await findEngine()
  expect(await docker(engine, ['version', '--format', '{{.Server.Os}}'])).toBe('linux')
  expect(await inspectImage(engine, 'bluecore-test/never-made:1')).toBeUndefined()
})

test('no client', async () => {
  const dir = await temporaryFolder({ 'not-docker': '' })
  await expect(findEngine(dir)).rejects.toThrow(
    'no docker command on PATH: install docker.io, Docker or buildah',
  )
})

test('an engine that does not answer', async () => {
  vi.stubEnv('DOCKER_HOST', 'unix:///no/such/socket')
  try {
    await expect(findEngine()).rejects.toThrow(
      /the container engine does not answer: .*\n.*or set DOCKER_HOST/s,
    )
  } finally {
    vi.unstubAllEnvs()
  }
})

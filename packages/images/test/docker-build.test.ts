import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { ensureBase } from '../src/debootstrap.js'
import { dockerBuild } from '../src/docker-build.js'
import { docker, removeImagesAfterTest } from '../testing/docker.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

test('of two concurrent builds, the failed one reports its own last lines, and the other succeeds', async () => {
  const base = await ensureBase('bookworm')
  const run = randomUUID() // a cached layer prints nothing
  const build = async (name: string, command: string, lines: string[]) => {
    const tag = `bluecore-test/${name}:1`
    const context = await temporaryFolder({ Dockerfile: `ARG BASE\nFROM $BASE\nRUN : ${run}; ${command}\n` })
    removeImagesAfterTest(tag)
    const onLine = (line: string) => void lines.push(line)
    return await dockerBuild({ context, base, tags: [tag], labels: { made: name }, onLine })
  }
  const seen: string[] = []
  const [failed, good] = await Promise.allSettled([
    build('failing', 'echo $((6 * 7)) reasons; exit 7', []),
    build('good', 'echo $((6 * 8)) lines', seen),
  ])
  expect(failed).toMatchObject({
    reason: {
      message: expect.stringMatching(
        /^bluecore-test\/failing:1 was not built\. The last lines of its build:\n.*42 reasons$.*exit code: 7$/ms,
      ),
    },
  })
  expect(seen.join('\n')).toMatch(/ 48 lines$/m)
  const [image] = JSON.parse(await docker('image', 'inspect', 'bluecore-test/good:1'))
  expect(good).toEqual({ status: 'fulfilled', value: { id: image.Id, size: image.Size } })
  expect(image.Config.Labels).toEqual({ made: 'good' })
})

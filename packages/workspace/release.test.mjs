import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { root } from './install.mjs'

const read = /** @param {string} path */ path => parse(readFileSync(join(root, path), 'utf8'))

const { jobs } = read('.github/workflows/release.yaml')
const { version } = read('charts/umbrella/Chart.yaml')
const { run } = jobs.tag.steps.find(/** @param {{ run?: string }} step */ step => step.run)

/**
 * Runs the first job as a runner would.
 * @param {Record<string, string>} env
 */
function checkTag(env) {
  const options = { cwd: root, env: { ...process.env, ...env }, encoding: /** @type {const} */ ('utf8') }
  const { status, stdout } = spawnSync('bash', ['-eo', 'pipefail', '-c', run], options)
  return { status, said: stdout.trim().split('\n') }
}

test("a release begins for a tag of the chart's version", () => {
  const outcome = checkTag({
    GITHUB_REF_NAME: `v${version}`,
    BLUECORE_REGISTRY: 'registry.example:5000/bluecore',
  })
  expect(outcome).toEqual({ status: 0, said: [''] })
})

test.each(['', 'https://registry.example'])(
  'another tag and the registry "%s" end it before anything is built',
  registry => {
    const { status, said } = checkTag({ GITHUB_REF_NAME: 'v99.0.0', BLUECORE_REGISTRY: registry })
    expect(status).toBe(1)
    expect(said).toEqual([
      expect.stringMatching(
        `^::error::The tag v99.0.0 is not the chart's version ${version} .* Tag v${version}`,
      ),
      expect.stringMatching(`^::error::The variable BLUECORE_REGISTRY is '${registry}'. Set it to host`),
    ])
  },
)

test('images are built before any password is available, and pushed after the tests', () => {
  const names = jobs.publish.steps.map(/** @param {{ name?: string }} step */ ({ name }) => name)
  const order = names.filter(/** @param {string} name */ name => ['Build', 'Log in', 'Push'].includes(name))
  expect(order).toEqual(['Build', 'Log in', 'Push'])
  expect([jobs.publish.needs, jobs.test.needs]).toEqual(['test', 'tag'])
})

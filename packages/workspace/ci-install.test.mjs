import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from './install.mjs'

/**
 * Runs .ci/install on a machine that lacks buildah.
 * @param {number} aptStatus the exit code of apt-get
 * @param {string} [policy] a policy-rc.d that is there already
 */
function install(aptStatus, policy) {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-ci-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const policyFile = join(folder, 'policy-rc.d')
  if (policy) writeFileSync(policyFile, policy)
  const calls = join(folder, 'calls')
  for (const [name, script] of Object.entries({
    node: 'echo buildah',
    'apt-get': `echo "$@" >>${calls}; cat ${policyFile} >>${calls}; exit ${aptStatus}`,
  })) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  const { status } = spawnSync(join(root, '.ci/install'), {
    env: { PATH: `${folder}:${process.env.PATH}`, POLICY_RC_D: policyFile },
  })
  return { status, calls: readFileSync(calls, 'utf8'), policyFile }
}

test.each([0, 100])(
  'apt-get starts no service, and its policy is removed when it exits with %i',
  aptStatus => {
    const { status, calls, policyFile } = install(aptStatus)
    expect(status).toBe(aptStatus)
    expect(calls).toContain('update -q\n#!/bin/sh\nexit 101\n')
    expect(existsSync(policyFile)).toBe(false)
  },
)

test('a policy that was there stays', () => {
  const { calls, policyFile } = install(0, 'exit 0')
  expect(calls).toContain('install -qy --no-install-recommends buildah\nexit 0')
  expect(readFileSync(policyFile, 'utf8')).toBe('exit 0')
})

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

/**
 * Runs it on a machine with these programs and no others.
 * @param {Record<string, string>} programs their shell scripts
 * @param {string[]} args
 */
function on(programs, ...args) {
  const bin = mkdtempSync(join(tmpdir(), 'bluecore-packages-'))
  onTestFinished(() => rmSync(bin, { recursive: true }))
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  const program = fileURLToPath(new URL('debian-packages.mjs', import.meta.url))
  return spawnSync(process.execPath, [program, ...args], { env: { PATH: bin }, encoding: 'utf8' })
}

const status = 'echo "Package: $2"; echo "Status: install ok'
const all = { 'dpkg-query': `${status} installed"`, java: '', python3: '', mvn: '', dockerd: '' }

test('a machine with all of it: no output', () => {
  expect(on(all)).toMatchObject({ status: 0, stdout: '', stderr: '' })
  expect(on(all, '--names')).toMatchObject({ status: 0, stdout: '', stderr: '' })
})

test('what is missing, was removed, or does not work: one command that installs all of it', () => {
  const some = {
    'dpkg-query': `case $2 in buildah) exit 1;; fuse3) ${status} config-files";; *) ${status} installed";; esac`,
    python3: 'exit 1',
    mvn: '',
    docker: '',
  }
  const ran = on(some)
  expect(ran.status).toBe(1)
  expect(ran.stderr).toContain(
    'apt-get install --no-install-recommends buildah fuse3 default-jre-headless python3-pip\n',
  )
  expect(on(some, '--names').stdout).toBe('buildah\nfuse3\ndefault-jre-headless\npython3-pip\n')
})

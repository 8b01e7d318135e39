import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import { execa } from 'execa'
import { beforeAll, describe, expect, test } from 'vitest'
import { binary, buildMs, folder, greeting, temporary } from '../testing/launcher.js'

beforeAll(async () => {
  await binary()
}, buildMs)

/** An empty project with the package installed as from the registry. */
async function project() {
  const made = await temporary()
  const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', made], { cwd: folder })
  const [{ filename, files }] = JSON.parse(stdout)
  const scripts = { test: 'helm-unittest' }
  await writeFile(join(made, 'package.json'), JSON.stringify({ private: true, scripts }))
  await execa('npm', ['install', '--offline', '--no-audit', '--no-fund', join(made, filename)], { cwd: made })
  return { made, files: files.map((file: { path: string }) => file.path) }
}

test('from its tarball, in an empty project: npm scripts run it and get its exit codes', async () => {
  const { made, files } = await project()
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'plugin.yaml', 'src/main.mjs']))
  expect(files.filter((file: string) => /test|tsconfig/.test(file))).toEqual(['bin/helm-unittest.mjs'])
  const passed = await execa('npm', ['test', '--', await greeting()], { cwd: made })
  expect(passed.stdout).toContain('2 passed, 2 total')
  const args = ['-f', 'broken/*_test.yaml', await greeting()]
  const failed = await execa('npm', ['test', '--', ...args], { cwd: made, reject: false })
  expect(failed.stdout).toContain('1 failed, 0 passed, 1 total')
  expect(failed.exitCode).toBe(1)
})

test('in an npm script it does not mistake its own launcher for the binary', async () => {
  const { made } = await project()
  const nothing = { XDG_CACHE_HOME: join(made, 'cache'), GOMODCACHE: join(made, 'modules'), GOPROXY: 'off' }
  const { exitCode, stderr } = await execa('npm', ['test'], { cwd: made, reject: false, env: nothing })
  expect(stderr).toContain('PATH:              no compiled helm-unittest or untt')
  expect(exitCode).toBe(127)
})

describe.each(['helm3', 'helm'] as const)('as a plugin of %s', name => {
  /** Runs it twice, with tests that pass and one that fails. */
  async function both(env: Record<string, string | undefined>) {
    const helm = await toolPath(name)
    const passed = await execa(helm, ['unittest', await greeting()], { reject: false, env })
    expect(passed.stderr).toBe('')
    expect(passed.stdout).toContain('2 passed, 2 total')
    expect(passed.exitCode).toBe(0)
    const args = ['-f', 'broken/*_test.yaml', await greeting()]
    const failed = await execa(helm, ['unittest', ...args], { reject: false, env })
    expect(failed.stdout).toContain('1 failed, 0 passed, 1 total')
    expect(failed.exitCode).toBe(1)
  }

  test('installed from the folder of the package', async () => {
    const { made } = await project()
    const env = { HELM_DATA_HOME: join(made, 'helm-data'), HELM_PLUGINS: undefined }
    const plugin = join(made, 'node_modules/@bluecore/helm-unittest')
    await execa(await toolPath(name), ['plugin', 'install', plugin], { env })
    const { stdout } = await execa(await toolPath(name), ['plugin', 'list'], { env })
    expect(stdout).toMatch(/unittest\s+1\.1\.2/)
    await both(env)
  })

  test('found through HELM_PLUGINS, without installing', async () => {
    const { made } = await project()
    await both({ HELM_DATA_HOME: join(made, 'none'), HELM_PLUGINS: join(made, 'node_modules/@bluecore') })
  })
})

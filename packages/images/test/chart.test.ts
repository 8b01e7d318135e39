import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { pushChart, readChart } from '../src/chart.js'
import { startRegistry } from '../testing/registry.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

const helmPackage = join(import.meta.dirname, '../../kube-tools/bin/helm-package.mjs')

/** A chart with a subchart, as umbrella charts are, packaged. */
async function packagedChart(message: string): Promise<string> {
  const dir = await temporaryFolder({
    'Chart.yaml': 'apiVersion: v2\nname: small\nversion: 1.2.3+4\n',
    'templates/config.yaml': `kind: ConfigMap\napiVersion: v1\nmetadata: { name: x }\ndata: { message: ${message} }\n`,
    'charts/a/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n',
    'charts/b/Chart.yaml': 'apiVersion: v2\nname: b\nversion: 1.0.0\n',
  })
  await execa(helmPackage, [dir, join(dir, 'dist')])
  return dir
}

test('the same chart makes the same archive, whenever and wherever it was checked out', async () => {
  const dir = await packagedChart('hello')
  const elsewhere = await temporaryFolder()
  await cp(dir, elsewhere, { recursive: true, filter: path => !path.includes('dist') })
  await execa('touch', ['-d', '2001-01-01', join(elsewhere, 'Chart.yaml')])
  await execa(helmPackage, [elsewhere, join(elsewhere, 'dist')])
  const archive = (path: string) => readFile(join(path, 'dist/small-1.2.3+4.tgz'))
  expect((await archive(dir)).equals(await archive(elsewhere))).toBe(true)
})

test('helm pulls the pushed chart by version; a second push sends nothing, a different chart of that version is refused', async () => {
  const { address, dockerConfig } = await startRegistry()
  const target = { registry: `${address}/team`, dockerConfig }
  const dir = await packagedChart('hello')
  const pushed = await pushChart(await readChart(dir), target)
  expect(pushed).toMatchObject({ name: `${address}/team/charts/small:1.2.3_4`, kept: false })
  expect(await pushChart(await readChart(dir), target)).toEqual({ ...pushed, kept: true })

  const there = await temporaryFolder()
  const login = ['--plain-http', '--registry-config', join(dockerConfig, 'config.json')]
  const chart = `oci://${address}/team/charts/small`
  const pull = await execa(await toolPath('helm'), [
    'pull',
    chart,
    '--version',
    '1.2.3+4',
    '-d',
    there,
    ...login,
  ])
  expect(`${pull.stdout}${pull.stderr}`).toContain(pushed.descriptor.digest)
  const rendered = await execa(await toolPath('helm'), ['template', join(there, 'small-1.2.3+4.tgz')])
  expect(rendered.stdout).toContain('message: hello')

  const other = await readChart(await packagedChart('goodbye'))
  await expect(pushChart(other, target)).rejects.toThrow(
    /^nothing was pushed:\n {2}\S+small:1\.2\.3_4 already points to a different image/,
  )
  expect(await pushChart(other, { ...target, move: true })).toMatchObject({ kept: false })
})

test('a chart that was not packaged, and a file that is not an archive', async () => {
  const dir = await temporaryFolder({ 'Chart.yaml': '' })
  await expect(readChart(dir)).rejects.toThrow(/dist holds no chart: build it first/)
  await execa('mkdir', [join(dir, 'dist')])
  await writeFile(join(dir, 'dist/x.tgz'), 'x')
  await expect(readChart(dir)).rejects.toThrow(/x\.tgz is not a chart: /)
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sbomOfBundle } from './bundle-sbom.mjs'

/** @param {{path: string, name: string, version: string, license?: string}[]} packages */
async function installed(...packages) {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-sbom-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const { path, ...manifest } of packages) {
    await mkdir(join(folder, path), { recursive: true })
    writeFileSync(join(folder, path, 'package.json'), JSON.stringify(manifest))
  }
  return folder
}

test('each package of a bundle is listed once, our own files are not', async () => {
  const folder = await installed(
    { path: 'node_modules/.pnpm/b@2.0.0/node_modules/b', name: 'b', version: '2.0.0', license: 'MIT' },
    { path: 'node_modules/.pnpm/@a+c@1.0.0/node_modules/@a/c', name: '@a/c', version: '1.0.0' },
  )
  const b = join(folder, 'node_modules/.pnpm/b@2.0.0/node_modules/b')
  const c = join(folder, 'node_modules/.pnpm/@a+c@1.0.0/node_modules/@a/c')
  await mkdir(join(b, 'dist'))
  writeFileSync(join(b, 'dist/package.json'), '{"type":"module"}')
  const files = [join(b, 'dist/x.js'), join(b, 'y.js'), join(c, 'z.js'), 'src/main.ts', '../sidecar/src/a.ts']
  expect(sbomOfBundle(files)).toEqual({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    components: [
      { type: 'library', name: '@a/c', version: '1.0.0', purl: 'pkg:npm/%40a/c@1.0.0' },
      {
        type: 'library',
        name: 'b',
        version: '2.0.0',
        purl: 'pkg:npm/b@2.0.0',
        licenses: [{ expression: 'MIT' }],
      },
    ],
  })
})

test('a file of no package is an error', () => {
  expect(() => sbomOfBundle(['node_modules/x/y.js'])).toThrow('node_modules/x/y.js is in no package')
})

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * SBOM of the packages of npm that files come from, our own left out.
 * @param {string[]} files as in `inputs` of esbuild's metafile
 * @returns CycloneDX, sorted, without a date: the same bundle has the same one
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function sbomOfBundle(files) {
  const folders = new Set(files.filter(file => /(^|\/)node_modules\//.test(file)).map(packageFolder))
  const components = [...folders].map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return {
      type: 'library',
      name,
      version,
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      ...(typeof license === 'string' && { licenses: [{ expression: license }] }),
    }
  })
  const unique = new Map(components.map(component => [component.purl, component]))
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    components: [...unique.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)),
  }
}

/**
 * The folder with the package.json that names the package of a file: some have others further down.
 * @param {string} file
 */
function packageFolder(file) {
  const [, top] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? []
  if (top && existsSync(join(top, 'package.json'))) return top
  throw new Error(`${file} is in no package (${dirname(file)})`)
}

// CustomResourceDefinitions of k3s and Flux, for tests: from the Go modules that define them, pinned by go.sum.
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { cachePath, digestOf, once } from '@bluecore/cache'
import { moduleSource, tools } from '@bluecore/go-binaries'
import { toolPath } from '@bluecore/kube-tools'
import { execa } from 'execa'
import { hostsPath } from './manifests.js'

/** APIs of Flux whose modules contain Go types only. */
const fluxApis = ['github.com/fluxcd/helm-controller/api/v2', 'github.com/fluxcd/source-controller/api/v1']

/** Files that define HelmChart and HelmChartConfig, as the module of k3s's Helm controller contains them. */
export async function k3sCrds(): Promise<string[]> {
  const { module } = tools['helm-controller']
  return yamlFiles(
    join(await moduleSource(module, 'github.com/k3s-io/helm-controller'), 'pkg/crds/yaml/generated'),
  )
}

/** Files of Flux's CRDs, generated from its Go types by the generator that Flux uses. */
export async function fluxCrds(): Promise<string[]> {
  const generator = await toolPath('controller-gen')
  const types = hostsPath('go/flux-crds')
  const digest = digestOf([types], basename(dirname(generator)))
  const folder = await once(cachePath('hosts', `flux-crds-${digest}`), part =>
    execa(generator, ['crd', `output:crd:dir=${part}`, ...fluxApis.map(path => `paths=${path}`)], {
      cwd: types,
    }),
  )
  return yamlFiles(folder)
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.yaml'))
    .map(name => join(folder, name))
}

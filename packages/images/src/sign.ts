import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { findTool } from './find-tool.js'
import { ImagesError } from './images-error.js'
import { withTemporary } from './temporary.js'

/** What a signature is made with. */
export interface Signing {
  /** What `cosign --key` takes: a file, or `env://NAME` for a variable that holds the key. Its password is in COSIGN_PASSWORD. */
  key: string
  /** Folder of the Docker configuration with the login, if not the user's own. */
  dockerConfig?: string
  /** The registry has no TLS. */
  plain: boolean
}

/**
 * Signs manifests in a registry with cosign, unless they have this key's signature. Contacts only the registry.
 * @param names each `HOST/REPOSITORY@sha256:…`
 * @returns those signed now
 * @throws ImagesError when the key cannot be read, or with cosign's words
 */
export async function sign(names: string[], { key, dockerConfig, plain }: Signing): Promise<string[]> {
  const cosign = await findTool('cosign', 'to sign with', 'push without COSIGN_KEY')
  const env = { ...(dockerConfig && { DOCKER_CONFIG: dockerConfig }) }
  const run = (args: string[], more = {}) =>
    execa(cosign, args, { env: { ...env, ...more }, reject: false, input: '' })
  const registry = plain ? ['--allow-http-registry'] : []

  const half = await run(['public-key', '--key', key])
  if (half.exitCode !== 0) {
    throw new ImagesError(
      `the key ${key} cannot be read: ${last(half.stderr)}\nIts password is taken from COSIGN_PASSWORD.`,
    )
  }
  return await withTemporary(async folder => {
    const publicKey = join(folder, 'cosign.pub')
    await writeFile(publicKey, half.stdout)
    const verify = ['verify', '--key', publicKey, '--insecure-ignore-tlog=true', ...registry]
    // Without a root of its own cosign asks sigstore's servers for one, which a signature by key does not need; where
    // there is no way to them, that takes seconds.
    const signedNow = async (name: string) => run([...verify, name], { SIGSTORE_ROOT_FILE: publicKey })
    const signed: string[] = []
    for (const name of names) {
      if ((await signedNow(name)).exitCode === 0) continue
      const made = await run(['sign', '--key', key, '--tlog-upload=false', '--yes', ...registry, name])
      const proof = made.exitCode === 0 ? await signedNow(name) : made
      if (proof.exitCode !== 0) throw new ImagesError(`${name} was not signed: ${last(proof.stderr)}`)
      signed.push(name)
    }
    return signed
  })
}

const last = (text: string) => text.trim().split('\n').at(-1) ?? ''

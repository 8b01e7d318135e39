import { join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import { execa } from 'execa'
import { startRegistry } from './registry.js'
import { temporaryFolder } from './temporary-folder.js'

/** The workspace. */
export const root = join(import.meta.dirname, '..', '..', '..')

/** `turbo run`, as a user types it. */
export const turbo = (args: string[], env: Record<string, string> = {}) =>
  execa(join(root, 'node_modules/.bin/turbo'), ['run', '--ui=stream', ...args], {
    cwd: root,
    env: { PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`, ...env },
    all: true,
  })

/** The command `images`. */
export const images = (args: string[], env: Record<string, string>) =>
  execa(join(root, 'packages/images/bin/images.mjs'), args, { cwd: root, env })

/**
 * A registry with a password and a new key, for one test.
 * @returns its address, the environment of a signed push to `ADDRESS/blue`, and the folder with `cosign.key` and `cosign.pub`
 */
export async function signedPush() {
  const { address, dockerConfig } = await startRegistry()
  const dir = await temporaryFolder()
  const env = {
    BLUECORE_REGISTRY: `${address}/blue`,
    DOCKER_CONFIG: dockerConfig,
    COSIGN_KEY: join(dir, 'cosign.key'),
    COSIGN_PASSWORD: 'of the key',
  }
  await execa(await toolPath('cosign'), ['generate-key-pair'], { cwd: dir, env })
  return { address, dir, env }
}

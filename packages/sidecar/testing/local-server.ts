import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ProcessTree, startTree } from './processes.js'
import type { TestServer } from './server.js'
import type { Volume } from './volume.js'
import { freePort, until } from './wait.js'

export interface LocalServer extends TestServer {
  /** Holds its data; removed at the end. */
  folder: string
  /** Everything it has written since it was started. */
  output(): string
  /** Of its first process. */
  pid(): number
}

export interface LocalServerSpec {
  name: string
  /** @returns the command and its arguments */
  command(port: number, folder: string): [string, ...string[]]
  /** Appears in the output when it accepts connections. */
  ready: string
  /** Makes the data, once. */
  prepare?(folder: string): Promise<void>
  /** Where its folder shall be; the machine's folder for temporary files when absent. */
  volume?: Volume | undefined
}

/** Whom servers run as that refuse root: `nobody`. */
export const unprivileged = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

const startLimitMs = 60_000

/** A server as a process of this machine, not started yet. */
export async function createLocalServer(spec: LocalServerSpec): Promise<LocalServer> {
  const port = await freePort()
  const folder = mkdtempSync(join(spec.volume?.path ?? tmpdir(), `${spec.name}-`))
  if (unprivileged.uid) chownSync(folder, unprivileged.uid, unprivileged.gid)
  await spec.prepare?.(folder)
  let tree: ProcessTree | undefined

  async function launch() {
    await tree?.kill()
    const [command, ...args] = spec.command(port, folder)
    tree = startTree(command, args, { cwd: folder, ...unprivileged })
  }

  return {
    port,
    folder,
    output: () => tree?.output() ?? '',
    pid() {
      if (!tree) throw new Error(`${spec.name} was not started`)
      return tree.pid()
    },
    launch,
    async start() {
      await launch()
      const isReady = () => {
        if (tree?.ended()) throw new Error(`${spec.name} ended: ${tree.output()}`)
        return tree?.output().includes(spec.ready) ?? false
      }
      await until(`${spec.name} was ready`, isReady, startLimitMs)
    },
    kill: async () => tree?.kill(),
    freeze: async () => tree?.signal('SIGSTOP'),
    thaw: async () => tree?.signal('SIGCONT'),
    async remove() {
      await tree?.kill()
      if (!spec.volume) rmSync(folder, { recursive: true, force: true }) // otherwise it goes with its volume
    },
  }
}

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort, until } from '@bluecore/sidecar/testing'

const source = fileURLToPath(new URL('../sample', import.meta.url))
const toolchain = dirname(
  realpathSync(fileURLToPath(new URL('../node_modules/misskey-toolchain', import.meta.url))),
)
/** The Node.js of the image. */
export const node16 = join(toolchain, 'node16/bin/node')
const yarn = join(toolchain, 'yarn/bin/yarn.js')
const server = ['--experimental-json-modules', 'built/index.js']

/** The sample, built as in its image, in a folder of its own. Its processes share files/. */
export interface Sample {
  folder: string
  /** Writes .config/default.yml. JSON is YAML. */
  configure(settings: object): Promise<void>
  /** Runs the migrations. @returns what was printed @throws when they fail */
  migrate(): Promise<string>
  /** Starts a process, which may end at once. */
  launch(): Promise<Instance>
  /** Starts a process and waits until it answers. */
  start(): Promise<Instance>
  /** Kills every process and removes the folder. */
  remove(): Promise<void>
}

export interface Instance {
  url: string
  process: ChildProcess
  output(): string
  /** Resolves with the exit code when it has ended. */
  exit: Promise<number | null>
  /** @returns the exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Installs with the lock file, which is quick when it was done before, and builds a copy. */
export async function buildSample(): Promise<Sample> {
  const modules = join(source, 'packages/backend/node_modules')
  await run([yarn, '--cwd', dirname(modules), 'install', '--frozen-lockfile'], source)
  const folder = await mkdtemp(join(tmpdir(), 'sample-'))
  const leftOut = new Set(['.config', 'built', 'files', 'node_modules'])
  await cp(source, folder, { recursive: true, filter: path => !leftOut.has(basename(path)) })
  const backend = join(folder, 'packages/backend')
  await symlink(modules, join(backend, 'node_modules'))
  for (const name of ['.config', 'files']) await mkdir(join(folder, name))
  await run([yarn, 'build'], folder)

  const instances: Instance[] = []

  async function launch() {
    const port = await freePort()
    const child = spawn(node16, server, { cwd: backend, env: { ...environment(), PORT: String(port) } })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        output += chunk
      })
    const exit = once(child, 'close').then(([code]) => code as number | null)
    const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
      child.kill(signal)
      return exit
    }
    const url = `http://127.0.0.1:${port}`
    const instance = { url, process: child, output: () => output, exit, stop }
    instances.push(instance)
    return instance
  }

  return {
    folder,
    configure: settings => writeFile(join(folder, '.config/default.yml'), JSON.stringify(settings)),
    migrate: () => run(['node_modules/typeorm/cli.js', 'migration:run', '-d', 'ormconfig.js'], backend),
    launch,
    async start() {
      const instance = await launch()
      const answers = async () => {
        if (instance.process.exitCode !== null) throw new Error(`the sample ended: ${instance.output()}`)
        const response = await fetch(`${instance.url}/robots.txt`, {
          signal: AbortSignal.timeout(3_000),
        }).catch(() => undefined)
        return response?.ok ?? false
      }
      await until(`the sample answered on ${instance.url}`, answers, 60_000)
      return instance
    },
    async remove() {
      await Promise.all(instances.map(instance => instance.stop('SIGKILL')))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Runs a script with Node.js 16. */
async function run(args: string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(node16, args, { cwd, env: environment() })
  return stdout
}

/** Yarn's scripts find Node.js 16 first; nothing of the calling package manager reaches them. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'))
  return {
    ...Object.fromEntries(own),
    PATH: `${dirname(node16)}:${process.env.PATH}`,
    NODE_ENV: 'production',
  }
}

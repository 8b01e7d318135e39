import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { imageSettings } from './image-settings.js'
import { childrenOf, run } from './processes.js'
import { until } from './wait.js'

export type Env = Readonly<Record<string, string | number>>

export interface Answer {
  status: number
  body: string
  ms: number
}

/** A sidecar as it runs in the cluster: the bundle, with the flags and the environment of its image, as a process of its own. */
export interface Sidecar {
  port: number
  get(path: string): Promise<Answer>
  /** Waits for a status; returns how long it took, in ms. */
  until(path: string, status: number, limitMs: number): Promise<number>
  /** Waits until a check has found this class, or `up`. */
  untilClass(check: string, wanted: string, limitMs: number): Promise<number>
  /** The lines of its log. */
  log(): ReadonlyArray<Record<string, unknown>>
  signal(signal: NodeJS.Signals): void
  /** The processes it has started and not yet seen end. */
  children(): number[]
  /** Resolves when it has ended. */
  exit: Promise<Exit>
  remove(): Promise<void>
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/**
 * Starts an app as it was built last, on a free port.
 * @param app folder of the app
 * @throws {Error} when it was not built
 */
export async function startSidecar(app: URL, env: Env): Promise<Sidecar> {
  const { child, exit, output, folder } = await launch(app, { HEALTH_PORT: 0, ...env })
  const log = () => parseLines(output.stdout)
  let ended = false
  exit.then(() => {
    ended = true
  })
  const isListening = () => {
    if (ended) throw new Error(`the sidecar ended: ${output.stdout}${output.stderr}`)
    return log().some(line => line.msg === 'listening')
  }
  await until('the sidecar listened', isListening, 30_000)
  const port = log().find(line => line.msg === 'listening')?.port as number
  const get = async (path: string) => {
    const begun = performance.now()
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(5_000) })
    const body = await response.text()
    return { status: response.status, body, ms: performance.now() - begun }
  }
  return {
    port,
    get,
    until: (path, status, limitMs) =>
      until(`${path} was ${status}`, async () => (await get(path)).status === status, limitMs),
    untilClass: (check, wanted, limitMs) =>
      until(
        `${check} was ${wanted}`,
        async () => classIn((await get('/status')).body, check) === wanted,
        limitMs,
      ),
    log,
    signal: name => child.kill(name),
    children: () => (child.pid ? childrenOf(child.pid) : []),
    exit,
    async remove() {
      child.kill('SIGKILL')
      await exit
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Starts the app where it is expected to end by itself. */
export async function runSidecarToEnd(app: URL, env: Env): Promise<Exit> {
  const { exit, folder } = await launch(app, env)
  const result = await exit
  rmSync(folder, { recursive: true, force: true })
  return result
}

const dockerfile = new URL('../../../docker/node-app/Dockerfile', import.meta.url)
const bundle = fileURLToPath(new URL('../node_modules/.bin/bundle', import.meta.url))
const storageIo = fileURLToPath(new URL('../src/storage/storage-io.ts', import.meta.url))

/** Bundles an app that exists only for tests into its folder; the build has bundled the others. */
export async function bundleTestApp(app: URL): Promise<void> {
  await run(bundle, ['src/main.ts', storageIo], { cwd: fileURLToPath(app) })
}

async function launch(app: URL, env: Env) {
  const program = fileURLToPath(new URL('dist/main.mjs', app))
  if (!existsSync(program)) throw new Error(`${program} is missing: run npx turbo run build first`)
  const folder = mkdtempSync(join(tmpdir(), 'sidecar-'))
  const strings = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]))
  const image = imageSettings(readFileSync(dockerfile, 'utf8'))
  const child = spawn(process.execPath, [...image.flags, program], {
    env: { ...image.env, ...strings },
    cwd: folder,
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => {
    output.stdout += chunk
  })
  child.stderr.on('data', chunk => {
    output.stderr += chunk
  })
  return { child, output, exit: exitOf(child, output), folder }
}

function classIn(status: string, check: string): string {
  return JSON.parse(status).checks[`${check}:responseTime`][0].class
}

async function exitOf(child: ChildProcess, output: { stdout: string; stderr: string }): Promise<Exit> {
  const [code, signal] = await once(child, 'close')
  return { code, signal, ...output }
}

function parseLines(output: string): Array<Record<string, unknown>> {
  return output
    .split('\n')
    .filter(line => line.startsWith('{') && line.endsWith('}'))
    .map(line => JSON.parse(line))
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { temporaryFolder } from './temporary-folder.js'

/** The line of htpasswd for `tester` and `secret`. */
const users = 'tester:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n'

/** Debian's registry, with a password, as a process of its own. It ends with the test. */
export interface TestRegistry {
  /** `127.0.0.1:PORT` */
  address: string
  /** Folder of a Docker configuration with its login. */
  dockerConfig: string
  /** Where it keeps everything. */
  storage: string
  /** Asks it, with the password. */
  ask(path: string, method?: string): Promise<Response>
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>
  /** Starts it again, on the same port and storage. */
  start(): Promise<void>
}

/** @param storage folder to keep things in; else one that goes with the test */
export async function startRegistry(storage?: string, auth = passwords): Promise<TestRegistry> {
  const port = await freePort()
  const address = `127.0.0.1:${port}`
  const login = Buffer.from('tester:secret').toString('base64')
  const dir = await temporaryFolder({ users, 'data/.keep': '' })
  const rootdirectory = storage ?? join(dir, 'data')
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory }, delete: { enabled: true } },
    http: { addr: address },
    auth: auth(dir),
  }
  const files = await temporaryFolder({
    'registry.json': JSON.stringify(config), // JSON is YAML
    'docker/config.json': JSON.stringify({ auths: { [address]: { auth: login } } }),
  })
  let server: ChildProcess | undefined
  const kill = async () => {
    if (!server || server.exitCode !== null || server.signalCode) return
    const ended = once(server, 'exit')
    server.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  const accept =
    'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json'
  const headers = { authorization: `Basic ${login}`, accept }
  const ask = (path: string, method = 'GET') => fetch(`http://${address}/v2/${path}`, { method, headers })
  const start = async () => {
    server = spawn('docker-registry', ['serve', join(files, 'registry.json')], { stdio: 'ignore' })
    await vi.waitFor(() => ask(''), { timeout: 20_000 })
  }
  await start()
  return { address, dockerConfig: join(files, 'docker'), storage: rootdirectory, ask, kill, start }
}

const passwords = (dir: string): object => ({ htpasswd: { realm: 'test', path: join(dir, 'users') } })

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address && typeof address === 'object') return address.port
  throw new Error('no free port')
}

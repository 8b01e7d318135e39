import { readFileSync, statfsSync } from 'node:fs'
import { connect } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { goVersion } from '@bluecore/go-binaries'
import { hasImage, inspectContainer } from './docker.js'
import { ask } from './exec.js'
import { binaryNames, mustCompile } from './go-build.js'
import { labImage, labImages } from './lab-images.js'
import { containerName, network, ranges, registryPort, server } from './layout.js'
import { missingPackages } from './machine.js'

/** A reason why the lab cannot run on this machine, and what to do about it. */
export interface Problem {
  what: string
  todo: string
}

const GiB = 1024 ** 3

/** What has yet to be built; disk and network requirements depend on it. */
interface Plan {
  compile: boolean
  build: boolean
}

type Check = (plan: Plan) => Promise<Problem | undefined>

const platform: Check = async () =>
  process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : {
        what: `the lab runs on Linux x86-64; this is ${process.platform} ${process.arch}`,
        todo: 'use such a machine or a virtual one',
      }

const rights: Check = async () => {
  if (process.getuid?.() === 0) return undefined
  if ((await ask('sudo', ['--non-interactive', 'true'])) === undefined) {
    return { what: 'neither root nor sudo without a password', todo: 'run as root, or run `sudo -v` first' }
  }
  return undefined
}

const memory: Check = async () => {
  const total = Number(/MemTotal:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) * 1024
  return total >= 7.5 * GiB
    ? undefined
    : {
        what: `${(total / GiB).toFixed(1)} GiB of memory; the lab needs 8`,
        todo: 'use a machine with more memory',
      }
}

/** Elasticsearch allocates no shards on a disk that is fuller than this; above 95 % it makes indices read-only. */
const elasticsearchHighWatermark = 0.9

const disk: Check = async plan => {
  const need = (plan.compile ? 14 : 4) + (plan.build ? 10 : 2)
  const disks = [homedir(), '/var/lib', tmpdir()].map(path => statfsSync(path))
  const free = Math.min(...disks.map(({ bavail, bsize }) => bavail * bsize)) / GiB
  const todo = 'free disk space, for example with `docker system prune` or `docker builder prune`'
  if (free < need) return { what: `${free.toFixed(1)} GiB of disk free; ${need} are needed`, todo }
  const fullest = Math.max(...disks.map(({ bavail, blocks }) => 1 - bavail / blocks))
  if (fullest < elasticsearchHighWatermark) return undefined
  return {
    what: `the disk is ${Math.floor(fullest * 100)} % full; Elasticsearch creates no index above 90 %`,
    todo,
  }
}

const go: Check = async plan => {
  if (!plan.compile) return undefined
  const version = await goVersion()
  const [, major = 0, minor = 0] = (/go(\d+)\.(\d+)/.exec(version ?? '') ?? []).map(Number)
  if (major > 1 || (major === 1 && minor >= 26)) return undefined
  return {
    what: version ? `Go is ${version}; 1.26 or later is needed` : 'no Go',
    todo: 'install Go 1.26 or later and put it on PATH',
  }
}

const java: Check = async () =>
  (await ask('java', ['-version'])) === undefined
    ? {
        what: 'no Java',
        todo: 'install a Java runtime, for example with `apt-get install openjdk-17-jre-headless`',
      }
    : undefined

const port: Check = async () => {
  const number = registryPort()
  const own = await inspectContainer(containerName('registry'))
  if (own?.running && own.made.endsWith(` ${number}`)) return undefined
  const taken = await new Promise<boolean>(resolve => {
    const socket = connect({ port: number, host: '127.0.0.1', timeout: 1_000 })
    const answer = (inUse: boolean) => {
      socket.destroy()
      resolve(inUse)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
    socket.once('timeout', () => answer(false))
  })
  return taken
    ? {
        what: `port ${number} of this machine is in use; the registry needs it`,
        todo: 'stop the program that listens on it, or set BLUECORE_REGISTRY_PORT',
      }
    : undefined
}

const addresses: Check = async () => {
  for (const range of [network.subnet, ranges.pods, ranges.services]) {
    const routes = (await ask('ip', ['-4', 'route', 'show', 'root', range])) ?? ''
    const foreign = routes
      .split('\n')
      .filter(
        line =>
          line.trim() !== '' &&
          !line.includes(` via ${server.ip} `) &&
          !line.includes(` dev ${network.bridge} `),
      )
    if (foreign[0])
      return {
        what: `the range ${range} is in use on this machine: ${foreign[0].trim()}`,
        todo: 'remove that route or network; k3s uses the same ranges',
      }
  }
  return undefined
}

const goProxy: Check = async plan => {
  if (!plan.compile || (await goVersion()) === undefined) return undefined
  const answer = await ask('go', ['list', '-m', 'golang.org/x/sys@latest'], {
    cwd: tmpdir(),
    env: { GOFLAGS: '-mod=mod' },
    timeoutMs: 30_000,
  })
  return answer === undefined
    ? { what: 'the Go module proxy cannot be reached', todo: 'check the network, or set GOPROXY' }
    : undefined
}

const npmRegistry: Check = async plan => {
  if (!plan.build) return undefined
  return (await ask('npm', ['view', 'yarn', 'version'], { timeoutMs: 30_000 })) === undefined
    ? {
        what: 'the npm registry cannot be reached',
        todo: 'check the network, or set `npm config set registry`',
      }
    : undefined
}

const checks: Check[] = [platform, rights, memory, disk, go, java, port, addresses, goProxy, npmRegistry]

/** Finds all problems before anything is changed. */
export async function preflight(): Promise<Problem[]> {
  const compile = (await Promise.all(binaryNames.map(mustCompile))).some(Boolean)
  const images = await Promise.all(labImages.map(async name => hasImage(await labImage(name))))
  const plan = { compile, build: (await missingPackages()).length > 0 || images.includes(false) }
  const found = await Promise.all(checks.map(check => check(plan)))
  return found.filter(problem => problem !== undefined)
}

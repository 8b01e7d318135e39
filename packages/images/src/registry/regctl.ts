import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { findTool } from '../find-tool.js'
import { fullTemporary, isFull } from '../full-disk.js'
import { ImagesError } from '../images-error.js'
import type { RegistryAddress } from './address.js'
import { explain, hadNoLogin, isUnavailable, wantsLogin } from './explain.js'
import { type Login, refusedLogin } from './login.js'

/** How a registry is reached. */
export interface Access {
  /** Folder with a config.json that holds the registry's password; else the user's own. */
  dockerConfig?: string | undefined
  /** Hears how much of a long transfer is done, and of repeated attempts. */
  log?: ((text: string) => void) | undefined
  /** A transfer is given up after so long without a byte read or written: 2 minutes by default. */
  stallMs?: number | undefined
}

/** Seconds between attempts while a registry answers 503, which regctl takes for final. */
const pauses = [1, 2, 4, 8, 16, 30]

/**
 * Runs regctl, which carries everything to and from registries: logins, tokens, referrers, resumed and repeated uploads. It
 * reads the Docker configuration for logins, and finds proxies and certificate authorities as Go programs do.
 * @returns standard output
 * @throws NotFoundError when what was asked for does not exist; ImagesError in words about the registry
 */
export async function regctl(
  address: RegistryAddress,
  login: Login,
  { log, stallMs = 120_000 }: Access,
  args: string[],
  input?: string,
): Promise<Buffer> {
  const { host, origin } = address
  const command = await findTool('regctl', 'to talk to registries with')
  const plain = origin.startsWith('http:') ? ['--host', `reg=${host},tls=disabled`] : []
  for (let attempt = 0; ; attempt++) {
    const child = start(command, [...plain, ...args], { dockerConfig: login.folder, input })
    const watch = watchTransfer(child, stallMs, moved => log?.(`${args.at(-1)}: ${moved}`))
    const { exitCode, stdout, stderr } = await child
    if (watch.end())
      throw new ImagesError(`the registry ${host} has stopped: nothing moved for ${stallMs / 1000} s`)
    if (exitCode === 0) return Buffer.from(stdout)
    const words = Buffer.from(stderr).toString().trim()
    const pause = pauses[attempt]
    if (wantsLogin(words)) throw await refusedLogin(address, login, !hadNoLogin(words))
    if (!isUnavailable(words) || pause === undefined) throw explain(words, address, login.file)
    log?.(`the registry ${host} is unavailable (503): trying again in ${pause} s`)
    await sleep(pause * 1000)
  }
}

/** Runs regctl on files of this machine alone. @throws ImagesError with its words */
export async function localRegctl(...args: string[]): Promise<void> {
  const command = await findTool('regctl', 'to convert images with')
  const { exitCode, stderr } = await start(command, args)
  if (exitCode === 0) return
  const words = Buffer.from(stderr).toString().trim()
  throw isFull(words) ? fullTemporary() : new ImagesError(words)
}

function start(
  command: string,
  args: string[],
  { dockerConfig, input = '' }: { dockerConfig?: string; input?: string | undefined } = {},
) {
  const env = {
    REGCTL_CONFIG: '/nonexistent', // the user's would be a second source of logins and hosts
    ...(dockerConfig && { DOCKER_CONFIG: dockerConfig }),
  }
  return execa(command, ['--verbosity', 'error', ...args], {
    env,
    encoding: 'buffer',
    stripFinalNewline: false, // it would change what digests are made of
    reject: false,
    input,
  })
}

/**
 * Watches how many bytes a process reads and writes, sockets included, as the kernel counts them: says so every ten
 * seconds, and kills it when nothing moves any more. regctl itself waits without a limit.
 * @returns `end` ends the watch; it returns whether the process was killed
 */
function watchTransfer(
  child: { pid?: number | undefined; kill(signal: 'SIGKILL'): boolean },
  stallMs: number,
  report: (text: string) => void,
): { end(): boolean } {
  let last = 0
  let since = Date.now()
  let ticks = 0
  let killed = false
  const timer = setInterval(async () => {
    const { all, written } = await transferred(child.pid)
    if (all !== last) since = Date.now()
    last = all
    if (++ticks % 10 === 0) report(`${Math.round(written / 1e6)} MB so far`)
    if (Date.now() - since >= stallMs) killed = child.kill('SIGKILL')
  }, 1_000)
  return {
    end() {
      clearInterval(timer)
      return killed
    },
  }
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_io.5.html */
async function transferred(pid: number | undefined): Promise<{ all: number; written: number }> {
  const text = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '') // it has ended meanwhile
  const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1] ?? 0)
  return { all: count('rchar') + count('wchar'), written: count('wchar') }
}

// This machine: Debian packages that the lab needs, and the Docker engine.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { engineVersion } from './docker.js'
import { ask, lastLines, privileged, run } from './exec.js'
import { LabError } from './lab-error.js'
import { statePath } from './layout.js'
import { waitFor } from './wait.js'

/** command → Debian package that contains it */
const needed = {
  dockerd: 'docker.io',
  debootstrap: 'debootstrap',
  ip: 'iproute2',
  iptables: 'iptables',
  mvn: 'maven',
  git: 'git',
  unzip: 'unzip',
}

/** Debian packages that the lab needs and this machine lacks. If an engine answers, its package is not needed. */
export async function missingPackages(): Promise<string[]> {
  const engine = await engineVersion()
  const path = `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`
  const missing: string[] = []
  for (const [command, name] of Object.entries(needed)) {
    if (command === 'dockerd' && engine) continue
    if ((await ask('sh', ['-c', `command -v ${command}`], { env: { PATH: path } })) === undefined)
      missing.push(name)
  }
  return missing
}

/** Installs Debian packages. @throws LabError */
export async function installPackages(
  names: readonly string[],
  onLine: (line: string) => void,
): Promise<void> {
  if ((await ask('sh', ['-c', 'command -v apt-get'])) === undefined) {
    throw new LabError(
      `this machine lacks ${names.join(', ')} and has no apt-get`,
      [],
      'install them with its own package manager',
    )
  }
  const todo = `see what apt-get says above, or install by hand: ${names.join(' ')}`
  const apt = (args: string[]) => {
    const [file, all] = privileged('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args])
    return run(file, all, { onLine, todo })
  }
  await apt(['update'])
  await apt(['install', '--yes', '--no-install-recommends', ...names])
}

const pidFile = () => statePath('dockerd.pid')

/** pid file → its program */
const enginePids = {
  '/var/run/docker.pid': 'dockerd',
  '/var/run/docker/containerd/containerd.pid': 'containerd',
}

/** Whether a process is alive and runs this program. A zombie process has no command line. */
async function runs(pid: string, program: string): Promise<boolean> {
  return ((await ask('cat', [`/proc/${pid}/cmdline`])) ?? '').includes(program)
}

/** Removes stale pid files. An engine that was killed leaves its own behind; if another process has that pid now, no engine would start. */
async function dropStalePids(): Promise<void> {
  for (const [file, program] of Object.entries(enginePids)) {
    const pid = await ask(...privileged('cat', [file]))
    if (pid === undefined || (await runs(pid.trim(), program))) continue
    await run(...privileged('rm', ['--force', file]))
  }
}

/** Starts the Docker engine if none answers. Its pid is recorded, so that `stopEngine` stops no other engine. */
export async function ensureEngine(): Promise<'kept' | 'started'> {
  if (await engineVersion()) return 'kept'
  mkdirSync(statePath(), { recursive: true, mode: 0o700 })
  const logFile = statePath('dockerd.log')
  if (existsSync('/run/systemd/system')) {
    const [file, args] = privileged('systemctl', ['start', 'docker'])
    await run(file, args, { todo: 'see `journalctl -u docker`' })
  } else {
    await dropStalePids()
    const log = openSync(logFile, 'a')
    const [file, args] = privileged('dockerd', [])
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    })
    child.on('error', () => {}) // reported by the timeout below
    child.unref()
    if (child.pid) writeFileSync(pidFile(), String(child.pid))
  }
  await waitFor(async () => (await engineVersion()) !== undefined, {
    what: 'the Docker engine answers',
    timeoutMs: 60_000,
    log: async () => (existsSync(logFile) ? lastLines(readFileSync(logFile, 'utf8')) : []),
    todo:
      process.getuid?.() === 0
        ? 'see the log above'
        : 'let your user use the engine: `sudo usermod -aG docker $USER`, then log in again',
  })
  return 'started'
}

/** Stops the engine if `ensureEngine` started it. The process is identified by pid and program name. */
export async function stopEngine(): Promise<'left' | 'stopped'> {
  if (!existsSync(pidFile())) return 'left'
  const pid = readFileSync(pidFile(), 'utf8').trim()
  rmSync(pidFile())
  if (!(await runs(pid, 'dockerd'))) return 'left'
  await run(...privileged('kill', ['-TERM', pid]))
  await waitFor(async () => !(await runs(pid, 'dockerd')), {
    what: 'the Docker engine ends',
    timeoutMs: 60_000,
  })
  return 'stopped'
}

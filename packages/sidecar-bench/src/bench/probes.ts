import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { cpuMs, endedChildrenMs, parentOf } from '../proc.js'
import type { Running } from '../process.js'
import type { Server } from '../server.js'

/** CPU time of one probe in ms. `server` holds also what the server did meanwhile for others and for itself. */
export interface ProbeCost {
  client: number
  sidecar: number
  server: number
  /** Undefined when there is none, and when it could not be measured. */
  runtime?: number | undefined
}

const httpProbes = 2_000
const execProbes = 60
const containerExecs = 20

/** The client is this process, as the kubelet is the client of HTTP probes. */
export async function httpProbe({ pid, url }: Running, server: Server): Promise<ProbeCost> {
  const serverPid = await server.pid()
  for (let warmUp = 0; warmUp < 300; warmUp++) await ask(url)
  const before = { client: process.cpuUsage(), sidecar: cpuMs(pid), server: cpuMs(serverPid) }
  for (let probe = 0; probe < httpProbes; probe++) await ask(url)
  const { user, system } = process.cpuUsage(before.client)
  return {
    client: (user + system) / 1_000 / httpProbes,
    sidecar: (cpuMs(pid) - before.sidecar) / httpProbes,
    server: (cpuMs(serverPid) - before.server) / httpProbes,
  }
}

/** A GET as the kubelet sends it, on a connection of its own. */
async function ask(url: string) {
  const { hostname, port, host } = new URL(url)
  const socket = connect(Number(port), hostname)
  const headers = [`Host: ${host}`, 'User-Agent: kube-probe/1.34', 'Accept: */*', 'Connection: close']
  socket.write(['GET /readyz HTTP/1.1', ...headers, '', ''].join('\r\n'))
  let answer = ''
  for await (const chunk of socket) answer += chunk
  if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`${url}/readyz answered ${answer}`)
}

/** The program that an exec probe runs, started by this process. */
export async function execProbe({ execProbe: { file, args }, pid }: Server): Promise<ProbeCost> {
  const serverPid = await pid()
  const before = { children: endedChildrenMs(), server: cpuMs(serverPid) }
  for (let probe = 0; probe < execProbes; probe++) {
    const [code] = await once(spawn(file, args, { stdio: 'ignore' }), 'exit')
    if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}`)
  }
  return {
    client: (endedChildrenMs() - before.children) / execProbes,
    sidecar: 0,
    server: (cpuMs(serverPid) - before.server) / execProbes,
  }
}

/**
 * What it takes to bring the smallest program into a container, CPU time in ms: containerd's shim and runc, which the
 * kubelet has too. Without the daemons above them, so it is less than all.
 * @param servers the first one that has a container is asked; undefined when none has
 */
export async function runtimeCost(servers: readonly Server[]): Promise<number | undefined> {
  const { pid, execInContainer } = servers.find(server => server.execInContainer) ?? {}
  if (!pid || !execInContainer) return undefined
  const serverPid = await pid()
  const shim = parentOf(serverPid)
  const spent = () => cpuMs(shim) - cpuMs(serverPid)
  const before = spent()
  for (let exec = 0; exec < containerExecs; exec++) await execInContainer()
  return (spent() - before) / containerExecs
}

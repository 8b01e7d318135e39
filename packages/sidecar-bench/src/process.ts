import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { atEnd } from './cleanup.js'
import { get } from './http.js'

export interface Command {
  file: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
}

/** A sidecar or an exporter that runs. */
export interface Running {
  pid: number
  url: string
  /** From its start to the first 200 on a path, in ms. Asked every few ms on a new connection. */
  firstOk(path: string): Promise<number>
  stop(): Promise<void>
}

const startLimitMs = 60_000
const pollMs = 4

export function start({ file, args, env }: Command, port: number): Running {
  const begun = performance.now()
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', chunk => {
    errors = (errors + chunk).slice(-2_000)
  })
  child.on('error', error => {
    errors += error.message
  })
  const ended = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null
  const url = `http://127.0.0.1:${port}`

  async function stop() {
    if (ended()) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }
  atEnd(stop)

  return {
    pid: child.pid ?? 0,
    url,
    async firstOk(path) {
      while (performance.now() - begun < startLimitMs) {
        if (ended()) throw new Error(`${file} ${args.join(' ')} ended: ${errors}`)
        const status = await get(`${url}${path}`).catch(() => 0)
        if (status === 200) return performance.now() - begun
        await pause(pollMs)
      }
      throw new Error(`${file}: ${path} was not 200 within ${startLimitMs} ms: ${errors}`)
    },
    stop,
  }
}

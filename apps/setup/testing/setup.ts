import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** The bundle as the image runs it. */
const bundle = join(import.meta.dirname, '../dist/main.mjs')

/** A running `setup`. */
export interface Running {
  /** Resolves as soon as the output holds the text; rejects when it ends or 30 s pass without. */
  says(text: string): Promise<void>
  signal(name: NodeJS.Signals): void
  pid: number
  ended: Promise<{ code: number | null; output: string }>
}

/** Settings by name. */
export type Env = Readonly<Record<string, string | number>>

/** Whom it runs as; as we do when absent. */
export interface User {
  uid?: number
  gid?: number
}

/** Starts `setup COMMAND…` with these settings and no others. */
export function start(args: string[], env: Env = {}, user: User = {}): Running {
  const settings = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]))
  const child = spawn(process.execPath, [bundle, ...args], { env: settings, ...user })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', part => {
      output += part
    })
  }
  return {
    ended: once(child, 'close').then(([code]) => ({ code, output })),
    signal: name => child.kill(name),
    pid: child.pid ?? 0,
    async says(text) {
      const late = performance.now() + 30_000
      while (!output.includes(text)) {
        if (child.exitCode !== null || performance.now() > late)
          throw new Error(`never said "${text}", but:\n${output}`)
        await pause(20)
      }
    },
  }
}

/** Runs it to its end. */
export function setup(args: string[], env: Env = {}, user: User = {}) {
  return start(args, env, user).ended
}

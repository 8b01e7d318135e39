import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Seen } from './probe.js'

export interface Outcome {
  seen: Seen
  /** The volume did not respond: the step in `seen.doing` is still running. */
  hangs: boolean
}

/**
 * Runs `setup storage-probe PATH` in a process of its own, because a call on a hung volume blocks its process permanently,
 * its exit included. This process never touches the volume, so it can always report that and exit.
 * @param limitMs for the whole probe
 * @param waiting called with the state of the probe every third of the time
 * @throws Error when the process cannot be started, or ends too early
 */
export async function runProbeProcess(
  path: string,
  limitMs: number,
  waiting: (seen: Seen, seconds: number) => void,
): Promise<Outcome> {
  // Standard error is not inherited: a process that hangs must not keep a pipe of ours open.
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', 'storage-probe', path], {
    cwd: '/',
    env: {},
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let seen: Seen = { doing: 'owner', done: [], failed: {}, syncMs: [] }
  createInterface({ input: child.stdout }).on('line', line => {
    seen = JSON.parse(line)
  })
  const begun = performance.now()
  const seconds = () => Math.round((performance.now() - begun) / 1000)
  const reminder = setInterval(() => waiting(seen, seconds()), limitMs / 3)
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      timer = setTimeout(() => resolve({ seen, hangs: true }), limitMs)
      child.once('error', reject)
      child.once('close', (code, signal) => {
        if (code === 0 && !seen.doing) resolve({ seen, hangs: false })
        else
          reject(
            new Error(`the process that probes ${path} ended with ${signal ?? code} during ${seen.doing}`),
          )
      })
    })
  } finally {
    clearInterval(reminder)
    clearTimeout(timer)
    child.stdout.destroy()
    child.kill('SIGKILL')
    child.unref()
  }
}

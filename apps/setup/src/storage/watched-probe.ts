import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Seen } from './probe.js'

export interface Outcome {
  seen: Seen
  /** The volume did not answer: the step in `seen.doing` is still going on. */
  hangs: boolean
}

/**
 * Runs `setup storage-probe PATH` in a process of its own, since a call to a hung volume holds its process for ever, at its
 * end too. Ours never touches the volume and can always say so and end.
 * @param limitMs for all of it
 * @param waiting is told what it waits for, each third of the time
 * @throws Error when the process could not be started, or ended in the middle
 */
export async function watchProbe(
  path: string,
  limitMs: number,
  waiting: (seen: Seen, seconds: number) => void,
): Promise<Outcome> {
  // Standard error is nobody's: a process that hangs must not keep a pipe of ours open.
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
        else reject(new Error(`the process that tries ${path} ended with ${signal ?? code} at ${seen.doing}`))
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

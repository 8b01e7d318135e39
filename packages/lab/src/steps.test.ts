import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LabError as LabErrorType } from './lab-error.js'
import type { Progress, Steps } from './steps.js'

// A step that fails stops the commands of its process for good: each test has modules of its own.
const load = async () => ({
  ...(await import('./exec.js')),
  ...(await import('./lab-error.js')),
  ...(await import('./steps.js')),
  ...(await import('./stop.js')),
  ...(await import('./wait.js')),
})
let lab: Awaited<ReturnType<typeof load>>
beforeEach(async () => {
  lab = await load()
})
afterEach(() => vi.resetModules())

/** A promise, and what fulfils it. */
function gate(): [Promise<void>, () => void] {
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return [opened, open]
}

/** Runs steps. @returns the log without times */
async function logOf(steps: Steps): Promise<{ log: string[]; error: unknown }> {
  const out = new PassThrough()
  const error = await lab.runSteps(steps, out as unknown as NodeJS.WriteStream).catch(error => error)
  const text = String(out.read() ?? '')
  return {
    log: text
      .trim()
      .split('\n')
      .map(line => line.replace(/^\[[\d:]+\] | \(\d+ s\)$/g, '')),
    error,
  }
}

test('a step starts when those that it needs are done, and beside those that it does not need', async () => {
  const events: string[] = []
  const [otherRuns, other] = gate()
  const { log, error } = await logOf({
    base: { title: 'Base', run: async () => void events.push('base') },
    compile: {
      title: 'Compile',
      async run() {
        await otherRuns // never, if the steps ran one after the other
        events.push('compile')
      },
    },
    images: {
      title: 'Images',
      needs: ['base'],
      async run({ done }: Progress) {
        events.push('images')
        other()
        done('3 built')
      },
    },
    nodes: { title: 'Nodes', needs: ['images', 'compile'], run: async () => void events.push('nodes') },
  })
  expect(error).toBeUndefined()
  expect(events).toEqual(['base', 'images', 'compile', 'nodes'])
  expect(log.sort()).toEqual(['✔ Base', '✔ Compile', '✔ Images: 3 built', '✔ Nodes'])
})

test('a step that needs an unknown or a later one is refused', async () => {
  await expect(
    lab.runSteps({ nodes: { title: 'Nodes', needs: ['images'], run: async () => {} } }),
  ).rejects.toThrow('step "nodes" needs "images", which is not a step before it')
})

test('when a step fails, those beside it are stopped with their children, and those that need it do not start', async () => {
  const { LabError, run, StoppedError, waitFor } = lab
  const started = performance.now()
  const ends: unknown[] = []
  const [childRuns, child] = gate()
  const { log, error } = await logOf({
    images: {
      title: 'Images',
      async run() {
        await childRuns
        await run('sh', ['-c', 'echo no space left >&2; exit 1'])
      },
    },
    compile: {
      title: 'Compile',
      async run() {
        // Its output stays open until the grandchild has ended too.
        const script = 'sleep 60 & echo started; wait'
        await run('sh', ['-c', script], { onLine: () => child() }).catch(error => {
          ends.push(error)
          throw error
        })
      },
    },
    registry: {
      title: 'Registry',
      async run() {
        await waitFor(async () => false, { what: 'it answers', timeoutMs: 60_000, intervalMs: 10 }).catch(
          error => ends.push(error),
        )
      },
    },
    nodes: { title: 'Nodes', needs: ['images'], run: () => Promise.reject(new Error('was started')) },
  })
  expect(error).toBeInstanceOf(LabError)
  expect((error as LabErrorType).seen).toEqual(['no space left'])
  expect(ends).toEqual([expect.any(StoppedError), expect.any(StoppedError)])
  expect(log).toEqual(expect.arrayContaining(['✖ Images', '– Compile: stopped']))
  expect(log.join()).not.toContain('Nodes')
  expect(performance.now() - started).toBeLessThan(20_000)
  await expect(run('true', [])).rejects.toThrow(StoppedError)
})

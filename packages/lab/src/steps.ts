import { Listr, type ListrTask, PRESET_TIMER, PRESET_TIMESTAMP } from 'listr2'

/** What a step may say while it works, and what it says in the end. */
export interface Progress {
  /** A line of output; shown at most one at a time. */
  line(text: string): void
  /** The result, shown behind the title: "kept", "4 nodes". */
  done(text: string): void
}

export interface Step {
  title: string
  run(progress: Progress): Promise<void>
}

/** A silent step says so this often: a log that stands still looks like a hung one. */
const heartbeatMs = 30_000

function task(step: Step): ListrTask {
  return {
    title: step.title,
    async task(_, wrapper) {
      const started = performance.now()
      let last = ''
      let shown = started
      const heartbeat = setInterval(() => {
        if (performance.now() - shown < heartbeatMs) return
        shown = performance.now()
        wrapper.output = `${Math.round((shown - started) / 1000)} s so far${last ? `: ${last}` : ''}`
      }, 1000)
      try {
        await step.run({
          line(text) {
            last = text.trim()
            // A log has no line to overwrite: there the heartbeat shows the latest one.
            if (!process.stdout.isTTY || last === '') return
            shown = performance.now()
            wrapper.output = last
          },
          done(text) {
            wrapper.title = `${step.title}: ${text}`
          },
        })
      } finally {
        clearInterval(heartbeat)
      }
    },
  }
}

/** Runs steps one after the other, shows each with its time, stops at the first that fails. */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const list = new Listr(steps.map(task), {
    concurrent: false,
    exitOnError: true,
    rendererOptions: { timer: PRESET_TIMER, collapseErrors: false, showErrorMessage: false },
    fallbackRendererOptions: { timer: PRESET_TIMER, timestamp: PRESET_TIMESTAMP },
  })
  await list.run()
}

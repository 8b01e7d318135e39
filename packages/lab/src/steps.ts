import { StoppedError, stopAll } from './stop.js'

/** How a step reports to the log. */
export interface Progress {
  /** A line of output; the log shows the latest one while the step runs. */
  line(text: string): void
  /** The result, shown behind the title: "kept", "4 nodes". */
  done(text: string): void
}

export interface Step {
  title: string
  /** Names of the steps that must succeed before this one starts. */
  needs?: readonly string[]
  run(progress: Progress): Promise<void>
}

/** Steps by name. Each stands after those that it needs, so there are no cycles. */
export type Steps = Record<string, Step>

interface Running {
  title: string
  started: number
  latest: string
}

/**
 * How often the log says what runs: a log without news looks like a hang.
 * (listr2 prints waiting steps as started, and times them from then: it does not fit a graph.)
 */
const heartbeatMs = { terminal: 1_000, file: 30_000 }

/** Prints one line for each finished step; a terminal also has a last line that shows what runs, a file gets it now and then. */
function stepLog(out: NodeJS.WriteStream) {
  const running = new Set<Running>()
  const seconds = ({ started }: Running) => `${Math.round((performance.now() - started) / 1000)} s`
  const print = (text: string) =>
    out.write(`${out.isTTY ? '\r\x1b[K' : ''}[${new Date().toTimeString().slice(0, 8)}] ${text}\n`)
  const latest = (step: Running) => `${step.title} (${seconds(step)}${step.latest && `: ${step.latest}`})`
  const heartbeat = setInterval(
    () => {
      if (running.size === 0) return
      if (out.isTTY)
        out.write(
          `\r\x1b[K${[...running]
            .map(latest)
            .join(' | ')
            .slice(0, out.columns - 1)}`,
        )
      else for (const step of running) print(`… ${latest(step)}`)
    },
    out.isTTY ? heartbeatMs.terminal : heartbeatMs.file,
  )
  return {
    /** Runs a step between its first and its last line. */
    async show(step: Step): Promise<void> {
      const entry: Running = { title: step.title, started: performance.now(), latest: '' }
      let result = ''
      running.add(entry)
      try {
        await step.run({
          line(text) {
            entry.latest = text.trim() || entry.latest
          },
          done(text) {
            result = `: ${text}`
          },
        })
        print(`✔ ${step.title}${result} (${seconds(entry)})`)
      } catch (error) {
        const end = error instanceof StoppedError ? `– ${step.title}: stopped` : `✖ ${step.title}`
        print(`${end} (${seconds(entry)})`)
        throw error
      } finally {
        running.delete(entry)
      }
    },
    end: () => clearInterval(heartbeat),
  }
}

/**
 * Runs steps, each as soon as those that it needs have succeeded. When one fails, the others are stopped.
 * @throws what the first failed step threw
 */
export async function runSteps(steps: Steps, out: NodeJS.WriteStream = process.stdout): Promise<void> {
  const log = stepLog(out)
  const results = new Map<string, Promise<void>>()
  for (const [name, step] of Object.entries(steps)) {
    const needs = (step.needs ?? []).map(need => {
      const result = results.get(need)
      if (!result) throw new Error(`step "${name}" needs "${need}", which is not a step before it`)
      return result
    })
    results.set(
      name,
      Promise.all(needs).then(() => log.show(step)),
    )
  }
  try {
    await Promise.all(results.values())
  } catch (error) {
    stopAll()
    await Promise.allSettled(results.values())
    throw error
  } finally {
    log.end()
  }
}

import { type Logger, pino } from 'pino'
import type { Check, Condition, Result } from './check.js'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** JSON lines on standard output, written at once: nothing is lost at the end, and no worker thread is needed. */
export function createLog(name: string, level: string): Logger {
  return pino({ level, base: { name } }, pino.destination({ dest: 1, sync: true }))
}

/** Tells a failure twice however long it lasts: when it begins, and when it ends with the number of runs that met it. */
export function createJournal(log: Logger): (check: Check, result: Result) => void {
  const lasting = new Map<string, { condition: Condition; since: number; runs: number }>()

  return ({ name: check }, { condition, message, at }) => {
    const before = lasting.get(check)
    if (before?.condition === condition) {
      before.runs++
      return
    }
    if (before && before.condition !== 'up') {
      const seconds = Math.round((at - before.since) / 1000)
      log.info({ check, class: before.condition, runs: before.runs, seconds }, 'failure over')
    }
    lasting.set(check, { condition, since: at, runs: 1 })
    if (condition === 'up') log.info({ check }, 'up')
    else log.warn({ check, class: condition, reason: message }, 'failing')
  }
}

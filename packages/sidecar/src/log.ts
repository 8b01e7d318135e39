import { type Logger, pino } from 'pino'
import type { Check, Condition, Result } from './check.js'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** JSON lines on standard output, written synchronously: nothing is lost at exit, and no worker thread is needed. */
export function createLog(name: string, level: string): Logger {
  return pino({ level, base: { name } }, pino.destination({ dest: 1, sync: true }))
}

/**
 * Logs a failure twice however long it lasts: when it begins, and when it ends, with the number of failed runs. Logs
 * warnings when their number changes: their texts contain figures that change with every run.
 */
export function createJournal(log: Logger): (check: Check, result: Result) => void {
  const lasting = new Map<string, { condition: Condition; since: number; runs: number; warnings: number }>()

  return ({ name: check }, { condition, message, warnings, at }) => {
    const before = lasting.get(check)
    if (warnings.length !== (before?.warnings ?? 0))
      log[warnings.length > 0 ? 'warn' : 'info']({ check, warnings }, 'warnings')
    if (before?.condition === condition) {
      before.runs++
      before.warnings = warnings.length
      return
    }
    if (before && before.condition !== 'up') {
      const seconds = Math.round((at - before.since) / 1000)
      log.info({ check, class: before.condition, runs: before.runs, seconds }, 'failure over')
    }
    lasting.set(check, { condition, since: at, runs: 1, warnings: warnings.length })
    if (condition === 'up') log.info({ check }, 'up')
    else log.warn({ check, class: condition, reason: message }, 'failing')
  }
}

/** The result of one check of a volume: `ok`, `WARN` (the server runs, but needs attention), `FAIL` (it could not run). */
export interface Finding {
  readonly level: 'ok' | 'WARN' | 'FAIL'
  readonly check: string
  /** What was seen and, unless it is ok, what to do. */
  readonly text: string
}

/** One line of the report. */
export function lineOf({ level, check, text }: Finding): string {
  return `${level.padEnd(4)}  ${check}${text && ': '}${text}`
}

/** The last line. */
export function summary(usedBy: string, findings: readonly Finding[]): string {
  const count = (level: Finding['level']) => findings.filter(finding => finding.level === level).length
  const [problems, warnings] = [count('FAIL'), count('WARN')]
  const ending = warnings === 0 ? '' : `, ${plural(warnings, 'warning')}`
  if (problems > 0) return `The volume is not usable for ${usedBy}: ${plural(problems, 'problem')}${ending}`
  return `The volume is usable for ${usedBy}: ${plural(count('ok'), 'check')} ok${ending}`
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

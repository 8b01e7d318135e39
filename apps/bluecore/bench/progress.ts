const started = Date.now()

/** A line on standard error, with the time in s since the program began. */
export function progress(line: string): void {
  console.error(`${String(Math.round((Date.now() - started) / 1_000)).padStart(5)} s  ${line}`)
}

import { LabError } from '@bluecore/lab'

/** Prints an error: what failed, what was seen, what to do. Unexpected errors are printed with their stack trace. */
export function report(error: unknown): void {
  if (!(error instanceof Error)) {
    console.error(String(error))
    return
  }
  const expected = error instanceof LabError || ['GoError', 'ImagesError'].includes(error.name)
  console.error(`\nFailed: ${expected ? error.message : (error.stack ?? error.message)}`)
  if (!(error instanceof LabError)) return
  for (const line of error.seen) console.error(`  | ${line}`)
  if (error.todo) console.error(`What to do: ${error.todo}`)
}

import { LabError } from '@bluecore/lab'

/** Tells an error to the user: what failed, what was seen, what to do. Ours without a trace, others with it. */
export function report(error: unknown): void {
  if (!(error instanceof Error)) {
    console.error(String(error))
    return
  }
  const expected = error instanceof LabError || error.name === 'ImagesError'
  console.error(`\nFailed: ${expected ? error.message : (error.stack ?? error.message)}`)
  if (!(error instanceof LabError)) return
  for (const line of error.seen) console.error(`  | ${line}`)
  if (error.todo) console.error(`What to do: ${error.todo}`)
}

/** Runs a step and logs that it is done and how long it took. @param what "posted a note" */
export async function logDuration<T>(what: string, step: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  const result = await step()
  console.log(`${what} (${((performance.now() - begun) / 1000).toFixed(2)} s)`)
  return result
}

/** Does a step and says that it was done and how long it took. @param what "posted a note" */
export async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  const result = await work()
  console.log(`${what} (${((performance.now() - begun) / 1000).toFixed(2)} s)`)
  return result
}

const firstMs = 1_000

/** CI systems take a job that prints nothing for minutes to be hung. */
const everyMs = 30_000

/**
 * Prints a line to stderr now and then while work is done that takes long; nothing if it takes less than a second.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(what, work) {
  const started = Date.now()
  const print = () => console.error(`${what} (${Math.round((Date.now() - started) / 1_000)} s)`)
  const first = setTimeout(print, firstMs)
  const next = setInterval(print, everyMs)
  try {
    return await work()
  } finally {
    clearTimeout(first)
    clearInterval(next)
  }
}

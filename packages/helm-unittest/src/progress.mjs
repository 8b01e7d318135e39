/** CI systems take a job that prints nothing for minutes to be hung. */
const logEveryMs = 30_000

/**
 * Reports on stderr that something takes time: one line that changes on a terminal, a few lines in a log.
 * @param {string} what
 * @param {NodeJS.WriteStream} [stream]
 */
export function progress(what, stream = process.stderr) {
  const started = Date.now()
  let detail = ''
  /** @param {string} text */
  const print = text => {
    const seconds = `${Math.round((Date.now() - started) / 1_000)} s`
    const line = `helm-unittest: ${text} (${[detail, seconds].filter(Boolean).join(', ')})`
    stream.write(stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`)
  }
  const timer = setInterval(print, stream.isTTY ? 1_000 : logEveryMs, what)
  print(what)
  return {
    /** @param {string} text progress */
    at(text) {
      detail = text
    },
    /** @param {string} text result */
    end(text) {
      clearInterval(timer)
      print(text)
      if (stream.isTTY) stream.write('\n')
    },
  }
}

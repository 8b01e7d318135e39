/** In a log, a line this often tells a CI that we are alive. */
const logEveryMs = 30_000

/**
 * Says on stderr that something takes time: a terminal gets one line that changes, a log a few lines.
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
    /** @param {string} text how far it is */
    at(text) {
      detail = text
    },
    /** @param {string} text how it ended */
    end(text) {
      clearInterval(timer)
      print(text)
      if (stream.isTTY) stream.write('\n')
    },
  }
}

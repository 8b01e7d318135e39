import { spawn } from 'node:child_process'

/** A CI that hears nothing for minutes takes us for hung. */
const wordEveryMs = 30_000

/**
 * Runs a program that takes time; a word on stderr now and then tells that it does.
 * @param {string} command
 * @param {string[]} args
 * @param {object} options
 * @param {string} options.what it does
 * @param {string} options.missing what to do when the program is not there
 * @param {Record<string, string | undefined>} [options.env] more variables, or fewer
 * @returns {Promise<string>} what it printed on stdout
 * @throws {Error} with the last of its words when it fails
 */
export async function quietly(command, args, { what, missing, env }) {
  const started = Date.now()
  const say = () => console.error(`${what} (${Math.round((Date.now() - started) / 1_000)} s)`)
  say()
  const timer = setInterval(say, wordEveryMs)
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let out = ''
      let said = ''
      child.stdout.setEncoding('utf8').on('data', text => {
        out += text
      })
      child.stderr.setEncoding('utf8').on('data', text => {
        said = (said + text).slice(-4_000)
      })
      child.on('error', ({ code, message }) =>
        reject(
          new Error(code === 'ENOENT' ? `${what}: there is no ${command} on PATH. ${missing}` : message),
        ),
      )
      child.on('close', (code, signal) => {
        if (code === 0) return resolve(out)
        reject(new Error(`${what}: ${command} ended with ${signal ?? code}:\n${said || out.slice(-4_000)}`))
      })
    })
  } finally {
    clearInterval(timer)
  }
}

import { run } from './child.mjs'
import { Interrupted, Unavailable } from './errors.mjs'
import { find, launchedVariable } from './find.mjs'
import { pin } from './pin.mjs'

/** The shell's exit code for a missing command; helm-unittest itself ends with 0 or 1. */
const notFound = 127

/**
 * Runs helm-unittest with the same arguments; streams, signals and the exit code pass through.
 * @param {string[]} args `--where` alone prints the path of the binary instead, and builds it if need be
 * @param {NodeJS.ProcessEnv} env
 */
export async function main(args, env) {
  try {
    const path = await find(pin, env, warn)
    if (args.length === 1 && args[0] === '--where') return console.log(path)

    const { code, signal } = await start(path, args, env)
    if (signal) throw new Interrupted(signal)
    process.exitCode = code ?? 1
  } catch (error) {
    if (error instanceof Interrupted) {
      process.kill(process.pid, error.signal) // the shell sees the same signal
    } else if (error instanceof Unavailable) {
      warn(error.message)
      process.exitCode = notFound
    } else {
      throw error
    }
  }
}

/**
 * @param {string} path
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function start(path, args, env) {
  try {
    return await run(path, args, { stdio: 'inherit', env: { ...env, [launchedVariable]: path } })
  } catch (error) {
    throw new Unavailable(`${path} cannot be started: ${/** @type {Error} */ (error).message}`)
  }
}

/** @param {string} text */
const warn = text => console.error(`helm-unittest: ${text}`)

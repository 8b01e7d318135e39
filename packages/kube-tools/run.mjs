import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { toolPath } from './index.mjs'

/** Runs a tool with the arguments of this process, and passes streams, signals and the exit code through. */
export async function run(name) {
  let path
  try {
    path = await toolPath(name)
  } catch (error) {
    console.error(`${name}: ${error.message}`)
    process.exitCode = 1
    return
  }
  const child = spawn(path, process.argv.slice(2), { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal]
  })
}

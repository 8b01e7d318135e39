#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { compile, GoError, isCompiled, tools } from '../index.mjs'

const usage = `compile-go-tools [NAME…]: compiles the pinned Go tools that the cache lacks, with low priority, one after
another. Prints the path of each. Without a name, all of them: ${Object.keys(tools).join(', ')}.`

const { values, positionals } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
})
const unknown = positionals.filter(name => !Object.hasOwn(tools, name))
if (values.help) {
  console.log(usage)
} else if (unknown.length > 0) {
  console.error(`compile-go-tools: no such tool: ${unknown.join(', ')}\n${usage}`)
  process.exitCode = 2
} else {
  await compileAll(positionals.length > 0 ? positionals : Object.keys(tools))
}

/** @param {string[]} names */
async function compileAll(names) {
  const abort = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => abort.abort(signal))
  try {
    for (const name of names) {
      const started = Date.now()
      const how = (await isCompiled(tools[name])) ? 'cached' : 'compiled'
      if (how === 'compiled') console.log(`${name}: compiling`)
      const path = await compile(tools[name], { lowPriority: true, signal: abort.signal })
      console.log(`${name}: ${how}, ${Math.round((Date.now() - started) / 1_000)} s, ${path}`)
    }
  } catch (error) {
    if (abort.signal.aborted) {
      process.removeAllListeners(abort.signal.reason)
      return process.kill(process.pid, abort.signal.reason) // the shell sees the same signal
    }
    if (!(error instanceof GoError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

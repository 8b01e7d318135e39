// A process of its own for everything that touches the volume: a call that never returns holds the whole process, at its
// end too, and must not be the sidecar's. For each line on standard input it does one run and writes one line of JSON; it
// ends with its input. It waits in the calls themselves: no event loop, no threads, little memory.
import { readSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { removeLeftovers, runOnce } from './canary-run.js'

const [, , folder = ''] = process.argv
const name = `${hostname()}.${process.pid}.${Date.now()}`
const request = Buffer.alloc(16)

writeSync(1, '\n') // it is there, and has not touched the volume yet
for (let runs = 0; readSync(0, request) > 0; runs++) {
  if (runs === 0) removeLeftovers(folder)
  writeSync(1, `${JSON.stringify(runOnce(folder, name))}\n`)
}

// A process of its own for everything that touches the volume: a call that never returns holds the whole process, at its
// end too, and must not be the sidecar's. For each request, one line of JSON on standard input, it writes one line; it ends
// with its input. It waits in the calls themselves: no event loop, no threads, little memory.
import { readSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { operate } from '@bluecore/lease'
import { removeLeftovers, runOnce } from './canary-run.js'
import type { Request } from './io.js'

const name = `${hostname()}.${process.pid}.${Date.now()}`
const line = Buffer.alloc(4096) // as much as a pipe takes at once, and there is one request at a time
let cleaned = false

writeSync(1, '\n') // it is there, and has not touched the volume yet
for (let length = readSync(0, line); length > 0; length = readSync(0, line)) {
  const request = JSON.parse(line.toString('utf8', 0, length)) as Request
  writeSync(1, `${JSON.stringify(answerTo(request))}\n`)
}

function answerTo(request: Request) {
  if ('operation' in request) return operate(request.folder, request.self, request.operation)
  if (!cleaned) removeLeftovers(request.folder)
  cleaned = true
  return runOnce(request.folder, name)
}

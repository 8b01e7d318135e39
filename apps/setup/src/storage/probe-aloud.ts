import { writeSync } from 'node:fs'
import { probe } from './probe.js'

/** Tries a volume and writes what was seen to standard output, one line of JSON at each step. */
export function probeAloud(path: string): void {
  probe(path, seen => {
    try {
      writeSync(1, `${JSON.stringify(seen)}\n`)
    } catch {} // nobody listens any more; what was begun is still taken away
  })
}

import { writeSync } from 'node:fs'
import { probe } from './probe.js'

/** The command `setup storage-probe`: writes the state of the probe to standard output, one line of JSON at each step. */
export function runProbe(path: string): void {
  probe(path, seen => {
    try {
      writeSync(1, `${JSON.stringify(seen)}\n`)
    } catch {} // the reader is gone; the probe still removes what it created
  })
}

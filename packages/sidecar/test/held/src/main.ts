import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { runSidecar } from '../../../src/index.js'

execFileSync('/usr/bin/mkfifo', ['pipe'])

// A sidecar with two faults: it throws where nobody catches, and its check hangs in a file, as it would on a dead volume:
// a named pipe that nobody writes to.
await runSidecar({
  name: 'held',
  metricPrefix: 'held',
  settings: { shape: {}, secrets: [] },
  connect: () => ({ close() {} }),
  checks: () => [
    {
      name: 'volume',
      intervalMs: 60_000,
      deadlineMs: 200,
      run: async () => {
        setImmediate(() => {
          throw new Error('a fault of ours')
        })
        await readFile('pipe')
        return {}
      },
    },
  ],
})

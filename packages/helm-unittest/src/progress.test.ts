import { Writable } from 'node:stream'
import type { WriteStream } from 'node:tty'
import { expect, test } from 'vitest'
import { progress } from './progress.mjs'

/** A stream that records what is written to it. */
function recorder(isTTY: boolean) {
  const written: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      written.push(String(chunk))
      done()
    },
  })
  return { written, stream: Object.assign(stream, { isTTY }) as unknown as WriteStream }
}

test('a log gets lines', () => {
  const { written, stream } = recorder(false)
  const line = progress('building', stream)
  line.at('3 packages')
  line.end('built')
  expect(written).toEqual(['helm-unittest: building (0 s)\n', 'helm-unittest: built (3 packages, 0 s)\n'])
})

test('a terminal gets one line that changes', () => {
  const { written, stream } = recorder(true)
  const line = progress('building', stream)
  line.end('built')
  expect(written.join('')).toBe('\r\x1b[Khelm-unittest: building (0 s)\r\x1b[Khelm-unittest: built (0 s)\n')
})

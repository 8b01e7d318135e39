import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import type { Answer } from '../src/protocol.js'

const app = fileURLToPath(new URL('./racer/', import.meta.url))
const bundle = fileURLToPath(new URL('../node_modules/.bin/bundle', import.meta.url))
const races = 1_000

beforeAll(() => promisify(execFile)(bundle, ['src/main.ts'], { cwd: app }))

test(`of two processes that claim the same epoch, exactly one holds it: ${races} races`, async () => {
  const volume = mkdtempSync(join(tmpdir(), 'races-'))
  const racers = ['one', 'two'].map(name => fork(join(app, 'dist/main.mjs'), [join(volume, 'lease'), name]))
  const raceFor = async (epoch: number): Promise<string[]> => {
    const answers = racers.map(racer => once(racer, 'message') as Promise<[{ name: string; answer: Answer }]>)
    for (const racer of racers) racer.send({ epoch })
    const told = (await Promise.all(answers)).map(([message]) => message)
    return told.filter(({ answer }) => 'holds' in answer && answer.holds).map(({ name }) => name)
  }
  try {
    const winners: string[][] = []
    for (let epoch = 1; epoch <= races; epoch++) winners.push(await raceFor(epoch))
    expect(winners.filter(({ length }) => length !== 1)).toEqual([])
    expect(new Set(winners.flat()).size).toBe(2) // both were in the race
  } finally {
    for (const racer of racers) racer.kill()
    rmSync(volume, { recursive: true })
  }
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withProgress } from './progress.mjs'

let print
beforeEach(() => {
  vi.useFakeTimers()
  print = vi.spyOn(console, 'error').mockReturnValue()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

test('long work is reported after a second, then twice a minute, and no more when it has ended', async () => {
  let finish
  const work = new Promise(resolve => {
    finish = resolve
  })
  const result = withProgress('compiling', () => work)
  await vi.advanceTimersByTimeAsync(65_000)
  finish('done')
  expect(await result).toBe('done')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(print.mock.calls.flat()).toEqual(['compiling (1 s)', 'compiling (30 s)', 'compiling (60 s)'])
})

test('short work is not reported, also when it fails', async () => {
  await expect(withProgress('compiling', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(print).not.toHaveBeenCalled()
})

import { expect, test } from 'vitest'
import { ask, lastLines, run } from './exec.js'
import { LabError } from './lab-error.js'

const script = (text: string) => ['-c', text] as const

test('returns standard output and passes on every line as it comes', async () => {
  const lines: string[] = []
  expect(
    await run('sh', script('echo one; echo two >&2; echo three'), { onLine: line => lines.push(line) }),
  ).toBe('one\nthree')
  expect(lines.sort()).toEqual(['one', 'three', 'two'])
})

test('a command that fails: its name, its code, its last lines, what to do', async () => {
  const error = await run('sh', script('echo pulling; echo no such image >&2; exit 3'), {
    todo: 'build it',
  }).catch(error => error)
  expect(error).toBeInstanceOf(LabError)
  expect(error.message).toMatch(/^sh -c .*: exit code 3$/s)
  expect(error.seen).toEqual(['pulling', 'no such image'])
  expect(error.todo).toBe('build it')
})

test('a program that does not exist is named in the error', async () => {
  await expect(run('no-such-program', [])).rejects.toThrow(/no-such-program.*ENOENT/s)
})

test('a command that takes too long is ended, and the error says so', async () => {
  await expect(run('sleep', ['60'], { timeoutMs: 50 })).rejects.toThrow('sleep 60: took longer than 50 ms')
})

test('a command has no standard input unless it is given some', async () => {
  expect(await run('cat', [])).toBe('')
  expect(await run('cat', [], { input: 'given' })).toBe('given')
})

test('a question answered by an exit code', async () => {
  expect(await ask('false', [])).toBeUndefined()
  expect(await ask('true', [])).toBe('')
})

test('the last lines that are not empty', () => {
  expect(lastLines('a\n\nb  \n\nc\n', 2)).toEqual(['b', 'c'])
})

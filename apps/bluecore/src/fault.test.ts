import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { faultCommand } from './fault.js'

/** Parses `fault ARGS`. @returns the call of the lab that follows, or the message of the refusal */
async function calledBy(...args: string[]): Promise<unknown> {
  const calls: unknown[] = []
  const note =
    (name: string) =>
    async (...given: unknown[]) => {
      calls.push([name, ...given.filter(one => one !== undefined)])
      return []
    }
  const names = ['kill', 'pause', 'cut', 'mounts', 'stopApi', 'heal', 'active'] as const
  const lab = Object.fromEntries(names.map(name => [name, note(name)])) as never
  const said: string[] = []
  const command = faultCommand(lab)
  for (const one of [command, ...command.commands])
    one.exitOverride().configureOutput({ writeErr: text => said.push(text) })
  try {
    await command.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return said.join('').trim()
    throw error
  }
  return calls[0]
}

test.each([
  ['kill worker1', ['kill', 'worker1']],
  ['kill nas', ['kill', 'nas']],
  ['pause worker2', ['pause', 'worker2']],
  ['cut worker1', ['cut', 'worker1', 'all']],
  ['cut worker1 --from nas', ['cut', 'worker1', 'nas']],
  ['hang-nas worker1', ['mounts', ['hang'], 'worker1']],
  ['hang-nas', ['pause', 'nas']],
  ['slow-nas 250', ['mounts', ['delay', '250']]],
  ['fail-nas ESTALE worker3', ['mounts', ['error', 'ESTALE'], 'worker3']],
  ['stop-api', ['stopApi']],
  ['heal', ['heal']],
  ['heal all', ['heal']],
  ['heal worker1', ['heal', 'worker1']],
])('fault %s', async (line, call) => expect(await calledBy(...line.split(' '))).toEqual(call))

test.each([
  [
    'kill worker9',
    /value 'worker9' is invalid for argument 'machine'. Allowed choices are nas, server, worker1/,
  ],
  ['cut nas', /Allowed choices are server, worker1, worker2, worker3/],
  [
    'cut worker1 --from moon',
    /option '--from <side>' argument 'moon' is invalid. Allowed choices are all, api, nas/,
  ],
  ['cut server --from api', /server runs the API server itself: use npm run lab -- fault stop-api/],
  ['slow-nas soon', /value 'soon' is invalid for argument 'ms'. Give a number of milliseconds from 1/],
  ['fail-nas EWRONG', /Allowed choices are EACCES, EDQUOT/],
  ['kill', /missing required argument 'machine'/],
])('fault %s is refused', async (line, message) =>
  expect(await calledBy(...line.split(' '))).toMatch(message),
)

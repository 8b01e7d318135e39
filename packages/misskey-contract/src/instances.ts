import { beforeAll } from 'vitest'
import { type AccountInput, administrator } from './account.js'

/** What a contract runs on. */
export interface ContractInput extends AccountInput {
  /** Of instances that share their servers, without paths. */
  urls: readonly string[]
}

export interface Instances {
  /** Another instance each time, in turn. */
  url(): string
  all(): readonly string[]
  /** The administrator's. */
  token(): string
  credentials(): { username: string; password: string }
}

/** Asks for the instances when the tests begin, and for a token of theirs. */
export function useInstances(input: () => ContractInput): Instances {
  let found: ContractInput
  let token: string
  let turn = 0
  beforeAll(async () => {
    found = input()
    token = await administrator(pick(found.urls, 0), found)
  }, 60_000)
  return {
    url: () => pick(found.urls, turn++),
    all: () => found.urls,
    token: () => token,
    credentials: () => ({ username: found.username, password: found.password }),
  }
}

function pick(urls: readonly string[], turn: number): string {
  const url = urls[turn % urls.length]
  if (url === undefined) throw new Error('there are no instances to test')
  return url
}

/** A word that no other test uses. */
export function uniqueWord(): string {
  return `w${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`
}

/** An address that no other test uses, of those that stand for documentation. */
export function uniqueAddress(): string {
  const [a, b, c, d] = crypto.getRandomValues(new Uint16Array(4))
  return `2001:db8:${[a, b].map(part => part?.toString(16)).join(':')}:${[c, d].map(part => part?.toString(16)).join(':')}::1`
}

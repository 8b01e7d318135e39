import { readFileSync } from 'node:fs'
import { statePath } from '@bluecore/lab'
import type { ContractInput } from '@bluecore/misskey-contract'
import { testContract } from '@bluecore/misskey-contract/contract'
import { beforeAll, expect, test } from 'vitest'
import { misskeyUrls, signedIn, waitForAll } from './cluster.js'

let input: ContractInput
beforeAll(async () => {
  await waitForAll()
  await signedIn() // makes the administrator, if nobody did
  input = {
    urls: await misskeyUrls(),
    username: 'admin',
    password: readFileSync(statePath('misskey-password'), 'utf8'),
    tokenFile: statePath('misskey-token'),
  }
})

// Each step asks another pod: a note of the first is found through the second and streamed by the third.
testContract(() => input)

test('the contract was asked of three pods', () => {
  expect(input.urls.length).toBe(3)
})

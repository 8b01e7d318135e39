import { readFileSync } from 'node:fs'
import { namespace, statePath } from '@bluecore/lab'
import type { ContractInput } from '@bluecore/misskey-contract'
import { testContract } from '@bluecore/misskey-contract/contract'
import { beforeAll, expect, test } from 'vitest'
import { signedIn } from '../../testing/notes.js'
import { podsOf, waitForRelease } from '../../testing/pods.js'

let input: ContractInput
beforeAll(async () => {
  await waitForRelease(namespace)
  await signedIn(namespace) // makes the administrator, if there is none
  input = {
    urls: (await podsOf(namespace, 'misskey')).map(({ status }) => `http://${status?.podIP}:3000`),
    username: 'admin',
    password: readFileSync(statePath('misskey-password'), 'utf8'),
    tokenFile: statePath('misskey-token'),
  }
})

// Each step asks another pod: a note of the first is found through the second and streamed by the third.
testContract(() => input)

test('the contract was tested on three pods', () => {
  expect(input.urls.length).toBe(3)
})

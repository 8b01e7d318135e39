import { killNode, namespace, nodes, startNode, waitFor } from '@bluecore/lab'
import { postNote, searchNotes, uniqueWord } from '@bluecore/misskey-contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepOff } from '../../testing/keep-off.js'
import { misskeyUrl, noteToFind, signedIn } from '../../testing/notes.js'
import { podOf, waitForDeployments, waitForRelease } from '../../testing/pods.js'

/** The API server's machine: without it, nothing is replaced. */
const safe = 'server'

let stillFound: () => Promise<void>
beforeAll(async () => {
  await waitForRelease(namespace)
  stillFound = await noteToFind(namespace)
  await keepOff(safe, 'dbserver')
})

// Also when a test fails half-way: other tests need all nodes.
afterAll(async () => {
  for (const { name } of nodes) await startNode(name)
  await waitForRelease(namespace)
})

test('the node of PostgreSQL is killed: notes can be posted and found again, and none is lost', async () => {
  const { url, token } = await signedIn(namespace)
  const before = await podOf(namespace, 'dbserver')
  const word = uniqueWord()
  await killNode(before.spec?.nodeName ?? '')
  const killed = performance.now()
  const seconds = () => Math.round((performance.now() - killed) / 1000)
  const timeoutMs = 300_000

  const { id } = await waitFor(() => postNote(url, token, `再起動 ${word}`), {
    what: 'a note can be posted',
    timeoutMs,
  })
  const posted = seconds()
  const found = async () =>
    (await searchNotes(await misskeyUrl(namespace), word)).some(note => note.id === id)
  await waitFor(found, { what: 'the note is found', timeoutMs })
  console.log(`a note can be posted ${posted} s after the node was killed, and is found after ${seconds()} s`)
  await waitForDeployments(namespace, ['dbserver', 'redis', 'elsearch'])
  expect((await podOf(namespace, 'dbserver')).metadata?.uid).not.toBe(before.metadata?.uid)
  await stillFound()
})

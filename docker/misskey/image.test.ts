import { imageUnderTest, testLabels, testLayers } from '@bluecore/images/testing'
import { labelsOf } from '@bluecore/images/testing/under-test'
import { expect } from 'vitest'
import { testDownloads } from './checks/downloads.js'
import { testIdentity } from './checks/identity.js'
import { testLibraries } from './checks/libraries.js'
import { testServer } from './checks/server.js'

const image = await imageUnderTest(import.meta.dirname)

// The tree that was built says what it is, and git, if it is from there, where.
const source = 'org.opencontainers.image.source'
const labels = await labelsOf(image)
await testLabels(import.meta.dirname, {
  'org.opencontainers.image.title': expect.stringMatching(/^Misskey$|not Misskey/),
  'org.opencontainers.image.licenses': expect.any(String),
  'org.opencontainers.image.revision': expect.any(String),
  ...(labels[source] && { [source]: expect.any(String) }),
})
await testLayers(import.meta.dirname)
testIdentity(image)
testServer(image)
testLibraries(image)
testDownloads()

import { imageUnderTest, testLabels, testLayers } from '@bluecore/images/testing'
import { labelsOf } from '@bluecore/images/testing/images-under-test'
import { expect } from 'vitest'
import { testIdentity } from './testing/identity.js'
import { testLibraries } from './testing/libraries.js'

const image = await imageUnderTest(import.meta.dirname)

// The source tree gives title and licence, and git, if it is from there, the source's URL.
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
testLibraries(image)

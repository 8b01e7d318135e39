import { imageUnderTest, testLabels } from '@bluecore/images/testing'
import { testContractHolds } from './checks/contract.js'
import { testDownloads } from './checks/downloads.js'
import { testIdentity } from './checks/identity.js'
import { testLibraries } from './checks/libraries.js'
import { testServer } from './checks/server.js'

const image = await imageUnderTest(import.meta.dirname)

testLabels(import.meta.dirname)
testIdentity(image)
testServer(image)
testContractHolds(image)
testLibraries(image)
testDownloads()

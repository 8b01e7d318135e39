import { testContractHolds } from './checks/contract.js'
import { testIdentity } from './checks/identity.js'
import { testServer } from './checks/server.js'
const image = process.env.TEST_IMAGE ?? ''
testIdentity(image)
testServer(image)
testContractHolds(image)

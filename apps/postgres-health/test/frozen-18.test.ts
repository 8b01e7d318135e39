import { testFrozen } from '../testing/frozen-suite.js'

testFrozen(18)

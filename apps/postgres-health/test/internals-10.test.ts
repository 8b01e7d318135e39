import { testInternals } from '../testing/internals-suite.js'

testInternals(10)

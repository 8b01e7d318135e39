import { testWrite } from '../testing/write-suite.js'

testWrite(18)

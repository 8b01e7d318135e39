import { imageUnderTest } from '@bluecore/images/testing'
import { testServer } from './testing/server.js'

testServer(await imageUnderTest(import.meta.dirname))

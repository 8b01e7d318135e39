import { imageUnderTest } from '@bluecore/images/testing'
import { acceptRedis } from '@bluecore/images/testing/redis'

// Also for the official image: TEST_IMAGE=redis:7
acceptRedis(await imageUnderTest(import.meta.dirname))

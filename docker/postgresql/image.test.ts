import { imageUnderTest } from '@bluecore/images/testing'
import { acceptPostgresql } from '@bluecore/images/testing/postgresql'

// Also for the official image: TEST_IMAGE=postgres:10.23
acceptPostgresql(await imageUnderTest(import.meta.dirname))

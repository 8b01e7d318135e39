import { imageUnderTest } from '@bluecore/images/testing'
import { acceptElasticsearch } from '@bluecore/images/testing/elasticsearch'

// Also for the official image: TEST_IMAGE=docker.elastic.co/elasticsearch/elasticsearch-oss:7.4.2
acceptElasticsearch(await imageUnderTest(import.meta.dirname))

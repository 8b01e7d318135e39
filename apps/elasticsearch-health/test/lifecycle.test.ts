import { createElasticsearch, testLifecycle } from '@bluecore/sidecar/testing'

testLifecycle({
  app: new URL('../', import.meta.url),
  createServer: createElasticsearch,
  env: server => ({ ELASTICSEARCH_URL: server.url }),
})

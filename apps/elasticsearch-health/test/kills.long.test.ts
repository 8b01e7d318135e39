import { createElasticsearch, testKills } from '@bluecore/sidecar/testing'

testKills(5, {
  app: new URL('../', import.meta.url),
  createServer: () => createElasticsearch(),
  env: server => ({ ELASTICSEARCH_URL: server.url, HEALTH_FROZEN_AFTER_SECONDS: 180 }),
})

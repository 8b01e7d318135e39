import { createElasticsearch, testVolume } from '@bluecore/sidecar/testing'

testVolume({
  app: new URL('../', import.meta.url),
  megabytes: 256,
  // It looks at its disk every 30 s otherwise.
  createServer: volume => createElasticsearch({ volume, env: { 'cluster.info.update.interval': '10s' } }),
  env: server => ({ ELASTICSEARCH_URL: server.url }),
})

import { createRedis, testKills } from '@bluecore/sidecar/testing'

testKills(5, {
  app: new URL('../', import.meta.url),
  createServer: () => createRedis(['--save', '']),
  env: server => ({ REDIS_PORT: server.port }),
})

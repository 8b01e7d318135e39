import { createRedis, testKills } from '@bluecore/sidecar/testing'

testKills(20, {
  app: new URL('../', import.meta.url),
  createServer: () => createRedis(['--save', '']),
  env: server => ({ REDIS_PORT: server.port }),
})

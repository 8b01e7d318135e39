import { createRedis, testLifecycle } from '@bluecore/sidecar/testing'

testLifecycle({
  app: new URL('../', import.meta.url),
  createServer: () => createRedis(['--requirepass', 'secret']),
  env: server => ({ REDIS_PORT: server.port, REDIS_PASSWORD: 'secret' }),
})

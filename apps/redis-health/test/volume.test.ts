import { createRedis, testVolume } from '@bluecore/sidecar/testing'

testVolume({
  app: new URL('../', import.meta.url),
  megabytes: 64,
  createServer: volume => createRedis(['--requirepass', 'secret', '--appendonly', 'yes'], volume),
  env: server => ({ REDIS_PORT: server.port, REDIS_PASSWORD: 'secret' }),
})

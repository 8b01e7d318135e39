import { createPostgres, testVolume } from '@bluecore/sidecar/testing'

testVolume({
  app: new URL('../', import.meta.url),
  megabytes: 256,
  createServer: volume => createPostgres(['fsync=on'], volume),
  env: server => ({ POSTGRES_PORT: server.port, POSTGRES_PASSWORD: server.password }),
})

import { createPostgres, testKills } from '@bluecore/sidecar/testing'

testKills(5, {
  app: new URL('../', import.meta.url),
  createServer: () => createPostgres(),
  env: server => ({ POSTGRES_PORT: server.port, POSTGRES_PASSWORD: server.password }),
})

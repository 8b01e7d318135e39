import { createPostgres, testLifecycle } from '@bluecore/sidecar/testing'

testLifecycle({
  app: new URL('../', import.meta.url),
  createServer: () => createPostgres(),
  env: server => ({ POSTGRES_PORT: server.port, POSTGRES_PASSWORD: server.password }),
})

import multipart from '@fastify/multipart'
import fastify from 'fastify'
import { serveStreaming } from '../streaming.js'
import { api } from './api/routes.js'
import { pages } from './web/pages.js'

/** The HTTP server, not yet listening. Closing it ends every connection at once. */
export async function createServer(app) {
  const server = fastify({
    logger: app.log,
    disableRequestLogging: true,
    trustProxy: true, // the proxy in front of it tells who is calling
    bodyLimit: 65_536,
    requestTimeout: 120_000,
    forceCloseConnections: true,
    exposeHeadRoutes: true,
  })
  await server.register(multipart, {
    limits: { fileSize: 32 * 1_048_576, files: 1, fields: 10, fieldSize: 4_096 },
    throwFileSizeLimit: false,
  })
  await server.register(api, { prefix: '/api', app })
  await server.register(pages, { app })
  const stopStreaming = serveStreaming(app, server.server)
  server.addHook('preClose', async () => stopStreaming())
  return server
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import serveFiles from '@fastify/static'
import pug from 'pug'
import { findByKey } from '../../drive.js'
import { backend, files, root } from '../../paths.js'
import { keepSite } from '../../site.js'

const web = join(backend, 'built/server/web')
const picture = join(backend, 'built/server/file/assets/dummy.png')
const policy =
  "default-src 'self'; connect-src 'self' ws: wss:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'"
const ofUploads = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"

/** Everything for browsers: the page on every path that is nothing else, what it loads, and uploads. */
export async function pages(server, { app }) {
  const client = join(root, 'built/_client_dist_')
  const manifest = JSON.parse(await readFile(join(client, 'manifest.json'), 'utf8'))
  const built = {
    app: `/assets/${manifest['src/app.js'].file}`,
    style: `/assets/${manifest['src/style.css'].file}`,
  }
  const dummy = await readFile(picture)
  const page = pug.compileFile(join(web, 'views/base.pug'))
  const site = keepSite(app.db, app.log)

  server.addHook('onSend', async (_, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', policy)
  })

  server.register(serveFiles, { root: client, prefix: '/assets/', maxAge: '1y', immutable: true })
  for (const [prefix, folder] of [
    ['/static-assets/', join(backend, 'assets')],
    ['/client-assets/', join(root, 'packages/client/assets')],
  ])
    server.register(serveFiles, { root: folder, prefix, decorateReply: false })

  server.get('/robots.txt', (_, reply) =>
    reply.sendFile('robots.txt', join(backend, 'assets'), { maxAge: 0, immutable: false }),
  )
  server.get('/boot.js', (_, reply) => reply.sendFile('boot.js', web, { maxAge: 0, immutable: false }))
  server.get('/sw.js', (_, reply) =>
    reply.sendFile('sw.js', join(root, 'built/_sw_dist_'), { maxAge: 0, immutable: false }),
  )

  server.get('/manifest.json', async () => {
    const { name, description } = await site.read()
    return {
      short_name: name,
      name,
      description,
      start_url: '/',
      display: 'standalone',
      background_color: '#ffffff',
      theme_color: '#1f5fbf',
      icons: [192, 512].map(size => ({
        src: `/static-assets/icons/${size}.png`,
        sizes: `${size}x${size}`,
        type: 'image/png',
      })),
    }
  })

  // For users without a picture. Misskey calls it JPEG, too.
  server.get('/files/app-default.jpg', (_, reply) => reply.type('image/jpeg').send(dummy))
  server.get('/files/:key', async (request, reply) => {
    const found = await findByKey(app.db, request.params.key)
    if (!found) return reply.code(404).type('image/png').send(dummy)
    reply.type(found.type).header('content-security-policy', ofUploads)
    return reply.sendFile(found.key, files)
  })

  // A WebSocket's path, asked without a WebSocket.
  server.get('/streaming', (_, reply) => reply.code(503).type('text/plain').send('Service Unavailable'))

  server.get('/*', async (_, reply) =>
    reply.type('text/html; charset=utf-8').send(page({ ...built, ...(await site.kept()) })),
  )
  server.setNotFoundHandler((_, reply) => notFound(reply))
  server.setErrorHandler((error, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error(`${request.url}: ${error.message}`)
    return reply
      .code(status)
      .type('text/plain')
      .send(status >= 500 ? 'Internal Server Error' : error.message)
  })
}

function notFound(reply) {
  return reply.code(404).type('text/plain').send('Not Found')
}

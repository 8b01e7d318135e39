import { WebSocketServer } from 'ws'
import { findByToken } from './users.js'

const heartbeat = 30_000
const mostNotes = 1_000
const longestId = 64
const mostUnsent = 1_048_576

/**
 * Serves WebSockets on every path, as Misskey does. Each client names the channels and notes that it follows; the events of
 * all instances come through Redis.
 * @returns {() => void} ends every connection
 */
export function serveStreaming({ db, events, log }, httpServer) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 })

  httpServer.on('upgrade', async (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const refusal = await refuse(db, request).catch(error => {
      log.error(`streaming: ${error.message}`)
      return '500 Internal Server Error'
    })
    if (refusal) return socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    sockets.handleUpgrade(request, socket, head, accept)
  })

  events.listen(event => {
    for (const socket of sockets.clients) forward(socket, event)
  })

  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!socket.heard) socket.terminate()
      socket.heard = false
      socket.ping()
    }
  }, heartbeat)

  return () => {
    clearInterval(timer)
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
  }
}

/** A stream needs no token, but one that is given must be valid. */
async function refuse(db, request) {
  const token = new URL(request.url, 'http://localhost').searchParams.get('i')
  return token && !(await findByToken(db, token)) ? '401 Unauthorized' : undefined
}

function accept(socket) {
  Object.assign(socket, { heard: true, timeline: undefined, notes: new Set() })
  socket.on('pong', () => {
    socket.heard = true
  })
  socket.on('error', () => socket.terminate())
  socket.on('message', data => {
    socket.heard = true
    const text = String(data)
    if (text === 'ping') return socket.send('pong')
    const message = parse(text)
    if (message) obey(socket, message.type, message.body ?? {})
  })
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A stream follows the local timeline once: another id for it is ignored, as with Misskey. */
function obey(socket, type, { id, channel, pong }) {
  if (typeof id !== 'string' || id.length > longestId) return
  const { timeline, notes } = socket
  if (type === 'connect' && channel === 'localTimeline' && timeline === undefined) {
    socket.timeline = id
    if (pong) send(socket, 'connected', { id })
  }
  if (type === 'disconnect' && id === timeline) socket.timeline = undefined
  if ((type === 'subNote' || type === 's') && notes.size < mostNotes) notes.add(id)
  if (type === 'unsubNote' || type === 'un') notes.delete(id)
}

function forward(socket, event) {
  const { timeline, notes } = socket
  if (event.type === 'note' && event.note.visibility === 'public' && timeline !== undefined)
    send(socket, 'channel', { id: timeline, type: 'note', body: event.note })
  if (notes.has(event.noteId))
    send(socket, 'noteUpdated', { id: event.noteId, type: event.type, body: event.body })
}

/** Disconnects a client that does not read what is sent, so that slow clients do not fill the memory. */
function send(socket, type, body) {
  if (socket.bufferedAmount > mostUnsent) return socket.terminate()
  socket.send(JSON.stringify({ type, body }))
}

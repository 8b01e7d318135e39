// Loaded before Misskey, by NODE_OPTIONS. When a server's node is lost, its connections stay open: Linux repeats what is
// not acknowledged for 15 minutes (tcp_retries2, which a pod may not set), and Misskey's pools wait for that although the
// replacement is up. ioredis gets no timeout from Misskey, pg keeps a connection whose query timed out, and Node.js has no
// TCP_USER_TIMEOUT. So this ends connections to PostgreSQL and Redis that are silent; the pools open new ones.
// Elasticsearch's client does so itself.
const { Socket } = require('node:net')

const ports = new Set([5432, 6379])

/** From the start of a connection until it stands: a pod that is gone does not answer, the machine of one that is there does at once. */
const connectMs = 4_000
/** From a request to the first byte of an answer. Statements end after 10 s, and queues wait 5 s for a job. */
const answerMs = 15_000
/** Without traffic. Node.js then probes every second, and the tenth probe without an answer ends the connection. */
const idleMs = 5_000

const { connect } = Socket.prototype

Socket.prototype.connect = function (...args) {
  connect.apply(this, args) // before `watch`, as it resets `write`
  const [first] = args.flat() // a port, options, or a list that begins with options
  const port = Number(first?.port ?? first)
  if (ports.has(port)) watch(this, port)
  return this
}

function watch(socket, port) {
  const { write, push } = socket
  let timer

  function asked(ms) {
    timer ??= setTimeout(end, ms, ms)
  }
  function answered() {
    clearTimeout(timer)
    timer = undefined
  }
  function end(ms) {
    socket.destroy(new Error(`no answer from port ${port} within ${ms / 1_000} s`))
  }

  socket.write = (...args) => {
    asked(answerMs)
    return write.apply(socket, args)
  }
  // Called with all that arrives; a listener of `data` would take it from who reads it later.
  socket.push = (...args) => {
    answered()
    return push.apply(socket, args)
  }
  asked(connectMs)
  socket.once('connect', () => {
    answered()
    socket.setKeepAlive(true, idleMs)
  })
  socket.once('close', answered)
}

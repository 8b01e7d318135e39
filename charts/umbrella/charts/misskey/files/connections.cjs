// Loaded before Misskey, by NODE_OPTIONS. When a server's node is lost, its connections stay open: Linux repeats what is
// not acknowledged for 15 minutes (tcp_retries2, which a pod may not set), and Misskey's pools wait for that although the
// replacement is up. ioredis gets no timeout from Misskey, pg keeps a connection whose query timed out, and Node.js has no
// TCP_USER_TIMEOUT. So this ends connections to PostgreSQL and Redis that are silent; the pools open new ones.
// Elasticsearch's client does so itself.
// And a new connection to a server whose address was found before does not depend on the cluster's DNS.
const dns = require('node:dns')
const { Socket } = require('node:net')

const servers = new Set([5432, 6379, 9200])
const watched = new Set([5432, 6379])

/** From the start of a connection until it stands: a pod that is gone does not answer, the machine of one that is there does at once. */
const connectMs = 4_000
/** From a request to the first byte of an answer. Statements end after 10 s, and queues wait 5 s for a job. */
const answerMs = 15_000
/** Without traffic. Node.js then probes every second, and the tenth probe without an answer ends the connection. */
const idleMs = 5_000
/**
 * From a question for an address to its answer. While a DNS pod of several is dead and its node not yet NotReady, each question
 * may go to that one; glibc then waits 5 s, asks the same one again, and Node.js asks two questions at a time.
 */
const addressMs = 1_000

const { connect } = Socket.prototype

Socket.prototype.connect = function (...args) {
  const [first, host] = args.flat() // a port and perhaps a host, options, or a list that begins with options
  const port = Number(first?.port ?? first)
  if (servers.has(port)) {
    if (typeof first === 'object') first.lookup ??= lookup
    else if (typeof host === 'string') args.splice(0, 2, { port, host, lookup })
  }
  connect.apply(this, args) // before `watch`, as it resets `write`
  if (watched.has(port)) watch(this, port)
  return this
}

/** Last good answers, and answers that are still to come, by question. */
const known = new Map()
const asked = new Map()

/** As dns.lookup, but gives the last good answer when there is no new one in time: the address of a Service does not change. */
function lookup(host, options, done) {
  const question = JSON.stringify([host, options])
  if (!asked.has(question)) asked.set(question, new Promise(ask))
  const answers = [asked.get(question)]
  const last = known.get(question)
  if (last) answers.push(new Promise(resolve => setTimeout(resolve, addressMs, last)))
  Promise.race(answers).then(answer => process.nextTick(done, ...answer))

  function ask(resolve) {
    dns.lookup(host, options, (...answer) => {
      asked.delete(question)
      const [error] = answer
      if (!error) known.set(question, answer)
      resolve(known.get(question) ?? answer)
    })
  }
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

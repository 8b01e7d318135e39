import Ajv from 'ajv'
import { apiError, toAnswer } from '../../errors.js'
import { withinLimit } from '../../limits.js'
import { findByToken } from '../../users.js'
import { accounts, signIn, signUp } from './accounts.js'
import { driveFiles } from './drive.js'
import { readForm, removeUpload } from './form.js'
import { notes } from './notes.js'
import { site } from './site.js'

const endpoints = [...accounts, ...driveFiles, ...notes, ...site]
const others = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'PUT']
const ajv = new Ajv({ useDefaults: true, allowUnionTypes: true })

/** The API: POST with JSON, or with a form where a file comes along. Errors of a call are JSON too. */
export async function api(server, { app }) {
  for (const endpoint of endpoints) {
    const validate = ajv.compile({ type: 'object', ...endpoint.params })
    add(endpoint.name, async (request, reply) => {
      const form = await readForm(request, endpoint.takesFile)
      try {
        const result = await call(app, endpoint, validate, form, request.ip)
        return result === undefined ? reply.code(204).send() : result
      } finally {
        await removeUpload(form)
      }
    })
  }
  add('signin', request => signIn(app, request))
  add('signup', (request, reply) => signUp(app, request, reply))

  server.setErrorHandler((error, request, reply) => {
    const { status, body } = toAnswer(error)
    if (status >= 500) request.log.error(`${request.url}: ${error.message}`)
    return reply.code(status).send({ error: body })
  })
  server.setNotFoundHandler((_, reply) => reply.code(404).type('text/plain').send('Not Found'))

  function add(name, handler) {
    server.post(`/${name}`, handler)
    server.route({ method: others, url: `/${name}`, handler: refuseMethod })
  }
}

/**
 * @typedef {object} Endpoint
 * @property {string} name its path below /api/
 * @property {object} [params] JSON schema of the parameters, a part of an object's schema
 * @property {boolean} [credential] whether a token is needed
 * @property {{max: number, duration: number, minInterval?: number}} [limit] of one user or, without a token, of one address; in ms
 * @property {boolean} [takesFile]
 * @property {(app: object, params: object, caller: {user?: object, file?: object}) => Promise<object | undefined>} run
 */
async function call(app, { name, credential, limit, takesFile, run }, validate, { params, file }, address) {
  const user = await authenticate(app.db, params.i)
  if (limit) {
    const rule = { key: name, actor: user?.id ?? address, ...limit }
    if (!(await withinLimit(app.redis, rule))) throw apiError('RATE_LIMIT_EXCEEDED')
  }
  if (credential && !user) throw apiError('CREDENTIAL_REQUIRED')
  if (takesFile && !file) throw apiError('FILE_REQUIRED')
  if (!validate(params)) {
    const [{ schemaPath, message }] = validate.errors
    throw apiError('INVALID_PARAM', { info: { param: schemaPath, reason: message } })
  }
  return await run(app, params, { user, file })
}

async function authenticate(db, token) {
  if (token == null) return undefined
  const user = await findByToken(db, String(token))
  if (!user) throw apiError('AUTHENTICATION_FAILED')
  return user
}

async function refuseMethod(_, reply) {
  return reply.code(405).header('allow', 'POST').type('text/plain').send('Method Not Allowed')
}

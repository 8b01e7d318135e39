import { readFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:https'
import { type Environment, SettingsError } from '@bluecore/settings'
import { PermanentError } from './errors.js'
import { retry } from './retry.js'

/** The API server as a pod sees it. Hand-written: a client library is megabytes, and this is two verbs of JSON. */
export interface Api {
  readonly namespace: string
  /** @returns the object, or undefined when it does not exist */
  get(path: string): Promise<unknown>
  /** @returns false when an object of that name exists */
  create(path: string, body: object): Promise<boolean>
}

/** Where kubelet mounts what a pod needs to call the API server. */
const mounted = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * @param folder holds the service account's `token`, `ca.crt` and `namespace`
 * @param timeoutMs how long a server that is down or overloaded is retried
 * @throws SettingsError outside a pod
 */
export function apiFromPod(env: Environment, folder = mounted, timeoutMs = 60_000): Api {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env
  if (!host || !port)
    throw new SettingsError(['KUBERNETES_SERVICE_HOST and _PORT are not set: this does not run in a pod'])
  const read = (name: string) => {
    try {
      return readFileSync(`${folder}/${name}`, 'utf8').trim()
    } catch {
      throw new SettingsError([
        `${folder}/${name} is missing: does the pod have automountServiceAccountToken: true?`,
      ])
    }
  }
  const ca = read('ca.crt')
  const headers = { Authorization: `Bearer ${read('token')}`, 'Content-Type': 'application/json' }
  const call = (method: string, path: string, body?: object) =>
    retry(
      `the API server (${host}:${port})`,
      async () => {
        const answer = await send({ method, host, port, path, ca, headers, timeout: 10_000 }, body)
        if (answer.status === 429 || answer.status >= 500) throw new Error(`${answer.status} ${answer.text}`)
        if (answer.status < 400 || answer.status === 404 || answer.status === 409) return answer
        throw new PermanentError(`${method} ${path} was refused: ${messageOf(answer.text)}`)
      },
      { timeoutMs },
    )
  return {
    namespace: read('namespace'),
    async get(path) {
      const { status, text } = await call('GET', path)
      return status === 404 ? undefined : JSON.parse(text)
    },
    async create(path, body) {
      const { status, text } = await call('POST', path, body)
      if (status === 404) throw new PermanentError(`POST ${path} was refused: ${messageOf(text)}`)
      return status !== 409
    },
  }
}

function send(options: RequestOptions, body?: object) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const outgoing = request(options, incoming => {
      incoming.setEncoding('utf8')
      let text = ''
      incoming.on('data', part => {
        text += part
      })
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }))
      incoming.on('error', reject)
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error('no response within 10 s')))
    outgoing.on('error', reject)
    outgoing.end(body && JSON.stringify(body))
  })
}

/** The message of a Status object, or the text when a proxy in between answered something else. */
function messageOf(text: string): string {
  try {
    return JSON.parse(text).message ?? text
  } catch {
    return text
  }
}

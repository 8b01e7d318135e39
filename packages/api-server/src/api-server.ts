import { readFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:https'
import { type Environment, SettingsError } from '@bluecore/settings'

/** The API server as a pod sees it. Hand-written: a client library is megabytes, and this is a few verbs of JSON. */
export interface ApiServer {
  /** `HOST:PORT`, for messages. */
  readonly address: string
  /** That of the pod. */
  readonly namespace: string
  /**
   * One request, without a retry. A body of PATCH is a JSON merge patch.
   * @returns whatever it answers, errors included
   * @throws Error when it does not answer in time
   */
  call(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<Response>
}

export interface Response {
  status: number
  text: string
}

/** Where kubelet mounts what a pod needs to call the API server. */
const mounted = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * @param folder holds the service account's `token`, `ca.crt` and `namespace`
 * @param timeoutMs of one request
 * @throws SettingsError outside a pod
 */
export function apiServerFromPod(env: Environment, folder = mounted, timeoutMs = 10_000): ApiServer {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env
  if (!host || !port)
    throw new SettingsError(['KUBERNETES_SERVICE_HOST and _PORT are not set: this does not run in a pod'])
  const read = (name: string) => {
    try {
      return readFileSync(`${folder}/${name}`, 'utf8').trim()
    } catch {
      throw new SettingsError([`${folder}/${name} is missing: does the pod mount a service account token?`])
    }
  }
  const ca = read('ca.crt')
  const namespace = read('namespace')
  read('token')
  return {
    address: `${host}:${port}`,
    namespace,
    call(method, path, body) {
      const headers = {
        Authorization: `Bearer ${read('token')}`, // kubelet replaces it before it expires
        'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      }
      const signal = AbortSignal.timeout(timeoutMs)
      return send({ method, host, port, path, ca, headers, signal }, body).catch((error: Error) => {
        throw signal.aborted ? new Error(`no response within ${timeoutMs / 1000} s`) : error
      })
    },
  }
}

function send(options: RequestOptions, body?: object) {
  return new Promise<Response>((resolve, reject) => {
    const outgoing = request(options, incoming => {
      incoming.setEncoding('utf8')
      let text = ''
      incoming.on('data', part => {
        text += part
      })
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }))
      incoming.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body && JSON.stringify(body))
  })
}

/** The message of a Status object, or the text when a proxy in between answered something else. */
export function messageOf(text: string): string {
  try {
    return JSON.parse(text).message ?? text
  } catch {
    return text
  }
}

import { apiServerFromPod, messageOf } from '@bluecore/api-server'
import type { Environment } from '@bluecore/settings'
import { PermanentError } from './errors.js'
import { retry } from './retry.js'

/** The API server, with retries. */
export interface Api {
  readonly namespace: string
  /** @returns the object, or undefined when it does not exist */
  get(path: string): Promise<unknown>
  /** @returns false when an object of that name exists */
  create(path: string, body: object): Promise<boolean>
}

/**
 * @param folder holds the service account's `token`, `ca.crt` and `namespace`; kubelet's when absent
 * @param timeoutMs how long a server that is down or overloaded is retried
 * @throws SettingsError outside a pod
 */
export function apiFromPod(env: Environment, folder?: string, timeoutMs = 60_000): Api {
  const server = apiServerFromPod(env, folder)
  const call = (method: 'GET' | 'POST', path: string, body?: object) =>
    retry(
      `the API server (${server.address})`,
      async () => {
        const answer = await server.call(method, path, body)
        if (answer.status === 429 || answer.status >= 500) throw new Error(`${answer.status} ${answer.text}`)
        if (answer.status < 400 || answer.status === 404 || answer.status === 409) return answer
        throw new PermanentError(`${method} ${path} was refused: ${messageOf(answer.text)}`)
      },
      { timeoutMs },
    )
  return {
    namespace: server.namespace,
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

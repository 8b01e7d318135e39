import { DiskFullError, isFull } from '../full-disk.js'
import { ImagesError } from '../images-error.js'
import type { RegistryAddress } from './address.js'

const status = (words: string) => Number(/\[http (\d{3})\]/.exec(words)?.[1])

/** A registry whose disk is full says no more than that something failed. */
const lookAtStorage = 'Look at its log and at the free space of its storage.'

/** There is no such repository, tag or blob. */
export class NotFoundError extends ImagesError {}

/** The registry asks to come again later. */
export const isUnavailable = (words: string) => status(words) === 503

/** It asked for a login, and got none or one that it does not take. */
export const wantsLogin = (words: string) =>
  status(words) === 401 || (!status(words) && /unauthorized|failed to request auth token/.test(words))

/** There was no login to send. */
export const hadNoLogin = (words: string) => /no credentials available/.test(words)

/**
 * What regctl says about a failure, in words that say what to do. Of what concerns the whole registry, the repository is left
 * out: several images then have the same message.
 * @param words regctl's standard error
 * @param login file with the login that it used
 */
export function explain(words: string, { host }: RegistryAddress, login: string): ImagesError {
  const answer = said(words)
  const registry = `the registry ${host}`
  const code = status(words)
  const [, called, content] = /digest mismatch, expected (\S+), computed (\S+)/.exec(words) ?? []
  if (called)
    return new ImagesError(
      `${registry} serves ${content} as ${called}: its storage is damaged or was changed. Push nothing there until that is understood.`,
    )
  if (code === 403) return new ImagesError(`${registry} forbids this to the login of ${login}: ${answer}`)
  // What it answers to the rest of an upload, after it has failed to store the first part.
  if (code === 404 && /failed to send blob \(chunk\)/.test(words))
    return new ImagesError(`${registry} has dropped an upload. ${lookAtStorage}`)
  if (code === 404)
    return new NotFoundError(
      `${registry} has no such repository or project (${answer}): some registries want it to be created first`,
    )
  if (code === 413)
    return new ImagesError(
      `${registry} answers 413, too large: a proxy before it limits the size of uploads (nginx: client_max_body_size)`,
    )
  if (code >= 500) return new ImagesError(`${registry} answers ${code}: ${answer} ${lookAtStorage}`)
  if (code) return new ImagesError(`${registry} answers ${code}: ${answer}`)
  if (/x509|certificate/.test(words))
    return new ImagesError(
      `the certificate of ${host} is not trusted (${reason(words)}): put its authority into ` +
        `/etc/docker/certs.d/${host}/ca.crt, or name the file in SSL_CERT_FILE`,
    )
  if (/HTTP response to HTTPS client/.test(words))
    return new ImagesError(`${registry} has no TLS: write http://${host}`)
  if (isFull(words)) return new DiskFullError(`a disk of this machine is full: ${reason(words)}`)
  if (/dial tcp|EOF|connection reset|broken pipe|i\/o timeout|TLS|refused/.test(words))
    return new ImagesError(
      `${registry} does not answer: ${reason(words)}. Check its address and that it is up.`,
    )
  return new ImagesError(`${registry}: ${reason(words)}`)
}

/** What a registry said, without the JSON or HTML around it. */
function said(words: string): string {
  const body = words.replace(/^.*?\[http \d{3}\]:?/s, '').trim()
  const messages = [...body.matchAll(/"message":\s*"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text)
  const text = messages.length > 0 ? messages.join('; ') : body.replace(/<[^>]*>/g, ' ')
  return shortened(text) || 'no reason given'
}

/** Its last and innermost part: regctl puts what it was doing before it. */
function reason(words: string): string {
  const [first = ''] = words.split('\n')
  return (
    shortened(first.replace(/^.*?: (?=\w+ "http)/, '').replace(/^\w+ "(http[^"]*)": /, '')) ||
    'no reason given'
  )
}

const shortened = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 300)

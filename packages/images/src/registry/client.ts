import { createHash } from 'node:crypto'
import { ImagesError } from '../images-error.js'
import { type RegistryAddress, repositoryAt } from './address.js'
import { authorization } from './authorize.js'
import { type Credentials, dockerConfigFolder, findCredentials } from './credentials.js'

/** What points at a piece of content. @see https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export interface Descriptor {
  mediaType: string
  /** `sha256:…` */
  digest: string
  /** Bytes. */
  size: number
  artifactType?: string
  annotations?: Record<string, string>
  /** Of an image among those for several platforms. */
  platform?: { os: string; architecture: string }
}

/** A manifest, or an index of them, as a registry serves it. */
export interface Manifest {
  descriptor: Descriptor
  bytes: Buffer
  content: {
    artifactType?: string
    config?: Descriptor
    layers?: Descriptor[]
    manifests?: Descriptor[]
    subject?: Descriptor
    annotations?: Record<string, string>
  }
}

/** All blobs of a manifest. */
export function parts({ config, layers = [] }: Manifest['content']): Descriptor[] {
  return [...(config ? [config] : []), ...layers]
}

/** Bytes that can be sent more than once. */
export type Source = () => Uint8Array<ArrayBuffer> | ReadableStream

/** A registry that answered and took our login. Repositories are named without host and prefix. */
export interface Registry {
  address: RegistryAddress
  /** `HOST/PREFIX/REPOSITORY` */
  name(repository: string): string
  /** @returns nothing when there is none; throws when its content is not what its digest says */
  manifest(repository: string, reference: string): Promise<Manifest | undefined>
  /** @returns size in bytes, nothing when there is none */
  blobSize(repository: string, digest: string): Promise<number | undefined>
  blob(repository: string, digest: string): Promise<Response>
  /** Sends what the registry does not have yet. */
  putBlob(repository: string, descriptor: Descriptor, source: Source): Promise<void>
  /** @returns whether the registry keeps the lists of referrers itself */
  putManifest(repository: string, reference: string, mediaType: string, bytes: Buffer): Promise<boolean>
  /** What the registry itself knows to refer to a manifest; nothing when it keeps no such lists. */
  referrers(repository: string, digest: string): Promise<Descriptor[] | undefined>
}

export const manifestTypes = {
  image: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
}
const accept = [
  ...Object.values(manifestTypes),
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ')

/** `sha256:…` of some bytes. */
export function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/**
 * Logs in with the user's Docker configuration.
 * @param config folder of its config.json, if not the user's own
 * @throws ImagesError when the registry is away or does not take the login
 */
export async function openRegistry(
  address: RegistryAddress,
  config: string = dockerConfigFolder(),
): Promise<Registry> {
  const { host, origin } = address
  const credentials = await findCredentials(host, config)
  const request = requests(address, credentials, config)
  await request('GET', '', { allow: [200, 404] })

  const path = (repository: string, rest: string) => `${repositoryAt(address, repository)}/${rest}`
  const registry: Registry = {
    address,
    name: repository => `${host}/${repositoryAt(address, repository)}`,
    async manifest(repository, reference) {
      const at = path(repository, `manifests/${reference}`)
      const answer = await request('GET', at, { allow: [200, 404], headers: { accept } })
      const bytes = Buffer.from(await answer.arrayBuffer())
      if (answer.status === 404) return undefined
      const digest = digestOf(bytes)
      const said = reference.includes(':') ? reference : answer.headers.get('docker-content-digest')
      if (said && said !== digest) {
        throw new ImagesError(
          `${registry.name(repository)}: under ${reference} the registry serves a manifest whose content is ${digest}, ` +
            `but calls it ${said}: its storage is damaged or was changed. Push nothing there until that is understood.`,
        )
      }
      const content = JSON.parse(bytes.toString())
      const mediaType = content.mediaType ?? answer.headers.get('content-type') ?? manifestTypes.image
      return { descriptor: { mediaType, digest, size: bytes.length }, bytes, content }
    },
    async blobSize(repository, digest) {
      const answer = await request('HEAD', path(repository, `blobs/${digest}`), { allow: [200, 404] })
      return answer.status === 404 ? undefined : Number(answer.headers.get('content-length'))
    },
    blob: (repository, digest) => request('GET', path(repository, `blobs/${digest}`), { allow: [200] }),
    async putBlob(repository, descriptor, source) {
      if ((await registry.blobSize(repository, descriptor.digest)) === descriptor.size) return
      const begun = await request('POST', path(repository, 'blobs/uploads/'), { allow: [202] })
      const location = new URL(begun.headers.get('location') ?? '', origin)
      location.searchParams.set('digest', descriptor.digest)
      await request('PUT', location.href, {
        allow: [201],
        source,
        headers: { 'content-type': 'application/octet-stream', 'content-length': `${descriptor.size}` },
      })
    },
    async putManifest(repository, reference, mediaType, bytes) {
      const at = path(repository, `manifests/${reference}`)
      const options = {
        allow: [201],
        source: () => new Uint8Array(bytes),
        headers: { 'content-type': mediaType },
      }
      return (await request('PUT', at, options)).headers.has('oci-subject')
    },
    async referrers(repository, digest) {
      const answer = await request('GET', path(repository, `referrers/${digest}`), { allow: [200, 404] })
      if (answer.status === 404) return undefined
      return ((await answer.json()) as Manifest['content']).manifests ?? []
    },
  }
  return registry
}

interface RequestOptions {
  /** Status codes that are no failure. */
  allow: number[]
  headers?: Record<string, string>
  source?: Source
}

/**
 * A registry that takes connections and says nothing is away too. What is sent may take longer: there fetch gives up
 * after five minutes in which nothing moved.
 */
const patienceMs = 60_000

function requests({ host, origin }: RegistryAddress, credentials: Credentials | undefined, config: string) {
  const tokens = new Map<string, string>()
  return async function request(method: string, path: string, options: RequestOptions): Promise<Response> {
    const url = /^https?:/.test(path) ? path : `${origin}/v2/${path}`
    // A token is good for one repository and for reading or writing it; a password for all.
    const scope = `${method === 'GET' || method === 'HEAD'} ${url.replace(/\/(manifests|blobs|referrers)\/.*/, '')}`
    const send = async () => {
      const token = tokens.get('all') ?? tokens.get(scope)
      const headers = { ...options.headers, ...(token && { authorization: token }) }
      const body = options.source?.()
      const signal = body ? null : AbortSignal.timeout(patienceMs)
      // duplex: a stream is sent while nothing has been answered yet
      const init = { method, headers, signal, ...(body && { body, duplex: 'half' }) }
      return await fetch(url, init as RequestInit).catch(error => {
        throw new ImagesError(
          `the registry ${host} does not answer: ${reason(error)}. Check its address and that it is up.`,
        )
      })
    }
    let answer = await send()
    if (answer.status === 401) {
      await answer.body?.cancel()
      const wanted = await authorization(answer.headers.get('www-authenticate') ?? '', credentials)
      if (wanted) {
        tokens.set(wanted.startsWith('Basic') ? 'all' : scope, wanted)
        answer = await send()
      }
    }
    if (options.allow.includes(answer.status)) return answer
    throw new ImagesError(await refusal(answer, `${method} ${new URL(url).pathname}`))
  }

  async function refusal(answer: Response, what: string): Promise<string> {
    if (answer.status === 401 || answer.status === 403) {
      return credentials
        ? `the registry ${host} refuses the login of ${config}/config.json (${answer.status} for ${what}): docker login ${host}`
        : `the registry ${host} wants a login, and ${config}/config.json has none for it: docker login ${host}`
    }
    const words = (await answer.text()).replace(/\s+/g, ' ').slice(0, 500)
    const hint = answer.status >= 500 ? ` ${lookAtStorage}` : ''
    return `the registry ${host} answers ${answer.status} to ${what}: ${words}${hint}`
  }
}

/** A registry says "unknown error" when its disk is full. */
export const lookAtStorage = 'Look at its log and at the free space of its storage.'

function reason(error: Error): string {
  const cause = error.cause
  if (!(cause instanceof Error)) return error.message
  return cause.message || ('code' in cause ? `${cause.code}` : error.message)
}

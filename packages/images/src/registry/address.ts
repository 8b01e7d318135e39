import { ImagesError } from '../images-error.js'

/** Where images are pushed to. */
export interface RegistryAddress {
  /** `HOST` or `HOST:PORT`, as it stands in an image's name. */
  host: string
  /** Path that goes before every repository, without slashes around it; may be empty. */
  prefix: string
  /** `https://HOST:PORT`, or `http://` */
  origin: string
}

const shape =
  /^(?:(https?):\/\/)?((?:[\w-]+\.)*[\w-]+(?::\d{1,5})?|\[[\da-f:]+\](?::\d{1,5})?)((?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*)\/?$/

/**
 * Reads `[http://|https://]HOST[:PORT][/PREFIX]`. Without a scheme it is https, and http on the loopback, as the
 * engine has it.
 * @throws ImagesError that says what an address looks like
 */
export function parseRegistry(text: string): RegistryAddress {
  const [, scheme, host, path = ''] = shape.exec(text) ?? []
  if (!host) {
    throw new ImagesError(
      `"${text.replace(/\/\/[^@]*@|^[^@]*@/, '…@')}" is not a registry: HOST[:PORT][/PREFIX] is, e.g. registry.example:5000/team or NAME.azurecr.io. ` +
        'Put http:// before it for one without TLS; a user and password belong into the Docker configuration (docker login).',
    )
  }
  const loopback = /^(localhost|127\.[\d.]+|\[::1\])(:|$)/.test(host)
  return { host, prefix: path.slice(1), origin: `${scheme ?? (loopback ? 'http' : 'https')}://${host}` }
}

/** Name of a repository under the prefix, without the host. */
export function repositoryAt({ prefix }: RegistryAddress, repository: string): string {
  return prefix ? `${prefix}/${repository}` : repository
}

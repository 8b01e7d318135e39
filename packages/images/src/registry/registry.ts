import { ImagesError } from '../images-error.js'
import { type RegistryAddress, repositoryAt } from './address.js'
import { NotFoundError } from './explain.js'
import { findLogin, type Login } from './login.js'
import {
  contentShape,
  type Descriptor,
  describe,
  descriptorShape,
  type ImageConfiguration,
  type Manifest,
  manifestTypes,
} from './oci.js'
import { type Access, regctl } from './regctl.js'

/** A registry. Repositories are named without host and prefix. */
export interface Registry {
  address: RegistryAddress
  /** `HOST/PREFIX/REPOSITORY` */
  name(repository: string): string
  /** @returns nothing when there is none; throws when its content is not what its digest says */
  manifest(repository: string, reference: string): Promise<Manifest | undefined>
  /** Settings and layers of an image; nothing for an index, and when the registry lacks them. */
  config(repository: string, manifest: Manifest): Promise<ImageConfiguration | undefined>
  hasBlob(repository: string, digest: string): Promise<boolean>
  /**
   * Sends the two bytes of an empty blob, to learn whether anything may be sent to a repository. Some registries want it to be
   * created first; others have rules for names.
   */
  probe(repository: string): Promise<void>
  /**
   * Brings an image and what is attached to it from a layout into the registry; blobs that are there are not sent again.
   * @param layout `ocidir://FOLDER:REFERENCE`
   */
  push(layout: string, repository: string, reference: string): Promise<void>
  /** The other way. @param layout `ocidir://FOLDER:REFERENCE` */
  pull(repository: string, digest: string, layout: string): Promise<void>
  /** Gives a manifest a further name; blobs are mounted where the registry can. */
  copy(from: { repository: string; digest: string }, repository: string, tag: string): Promise<void>
  /** Has the registry take a blob over from another of its repositories. */
  mount(from: string, to: string, digest: string): Promise<void>
  /** Attaches a file to a manifest. */
  attach(repository: string, digest: string, type: string, file: string): Promise<void>
  /** Everything of one type that is attached to a manifest. */
  attachments(repository: string, digest: string, type: string): Promise<Descriptor[]>
  /** The one file of an attachment. */
  attachedFile(repository: string, attachment: Descriptor): Promise<Buffer>
}

/** A registry, with the login of the Docker configuration. Asks it nothing yet. */
export function openRegistry(address: RegistryAddress, access: Access = {}): Registry {
  const { host } = address
  const name = (repository: string) => `${host}/${repositoryAt(address, repository)}`
  const at = (repository: string, reference: string) =>
    `${name(repository)}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`
  let login: Promise<Login> | undefined
  const run = async (args: string[], input?: string) => {
    login ??= findLogin(host, access.dockerConfig)
    return await regctl(address, await login, access, args, input)
  }
  /** For what must succeed. */
  const must = (...args: string[]) => run(args)
  /** For what may be absent. */
  const ask = (...args: string[]) =>
    must(...args).catch(error => {
      if (error instanceof NotFoundError) return undefined
      throw error
    })
  const parsed = <T>(bytes: Buffer, shape: { parse(value: unknown): T }): T => {
    try {
      return shape.parse(JSON.parse(bytes.toString()))
    } catch {
      throw new ImagesError(
        `the registry ${host} answers with something else: ${bytes.toString().slice(0, 60)}`,
      )
    }
  }
  return {
    address,
    name,
    async manifest(repository, reference) {
      const bytes = await ask('manifest', 'get', '--format', 'raw-body', at(repository, reference))
      if (!bytes) return undefined
      const content = parsed(bytes, contentShape)
      const mediaType = content.mediaType ?? manifestTypes.image
      return { descriptor: describe(mediaType, bytes), content }
    },
    async config(repository, { content: { config } }) {
      const bytes = config && (await ask('blob', 'get', name(repository), config.digest))
      return bytes && parsed(bytes, { parse: value => value as ImageConfiguration })
    },
    async hasBlob(repository, digest) {
      return (await ask('blob', 'head', name(repository), digest)) !== undefined
    },
    async probe(repository) {
      await run(['blob', 'put', name(repository)], '{}')
    },
    async push(layout, repository, reference) {
      // Without the second option it would trust a manifest that is there to have all of its blobs.
      const all = ['--referrers', '--force-recursive']
      await must('image', 'copy', ...all, layout, at(repository, reference))
    },
    async pull(repository, digest, layout) {
      await must('image', 'copy', '--referrers', at(repository, digest), layout)
    },
    async copy(from, repository, tag) {
      await must('image', 'copy', at(from.repository, from.digest), at(repository, tag))
    },
    async mount(from, to, digest) {
      await must('blob', 'copy', name(from), name(to), digest)
    },
    async attach(repository, digest, type, file) {
      const artifact = ['--artifact-type', type, '--file-media-type', type, '--file', file]
      await must('artifact', 'put', ...artifact, '--subject', at(repository, digest))
    },
    async attachments(repository, digest, type) {
      const list = ['artifact', 'list', '--filter-artifact-type', type, '--format', '{{json .}}']
      const { descriptors } = JSON.parse((await must(...list, at(repository, digest))).toString())
      return descriptorShape.array().parse(descriptors ?? [])
    },
    async attachedFile(repository, { digest }) {
      return await must('artifact', 'get', at(repository, digest))
    },
  }
}

import { z } from 'zod'
import {
  count,
  cpu,
  host,
  hostOrEmpty,
  labels,
  memory,
  mountOptions,
  nameOrEmpty,
  size,
  tolerations,
} from './rules.js'
import { unsupportedIn } from './unsupported.js'

/**
 * How the generated files show a value. `flow`: on one line of values.yaml. `once`: in a separate table of the README,
 * because several parts of the chart have it.
 */
export const shown = z.registry<{ flow?: true; once?: true }>()

const image = z
  .strictObject({
    registry: z
      .string()
      .regex(/^[A-Za-z0-9.-]+(:[0-9]+)?$/)
      .describe('Used unless `global.imageRegistry` is set.'),
    repository: z
      .string()
      .regex(/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/)
      .describe('Name within the registry.'),
    tag: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/)
      .describe('A string: quote numbers.'),
    digest: z
      .string()
      .regex(/^(sha256:[0-9a-f]{64})?$/)
      .default('')
      .describe('`sha256:…`, which takes precedence over the tag.'),
    ...unsupportedIn.image,
  })
  .meta({ id: 'image' })
  .register(shown, { flow: true, once: true })

const resources = z
  .strictObject({
    requests: z
      .strictObject({
        cpu: cpu.describe('CPU that the node reserves.'),
        memory: memory.describe('Memory that the node reserves; at most the limit.'),
      })
      .register(shown, { flow: true }),
    limits: z
      .strictObject({
        cpu: cpu.optional().describe('CPU at which it is throttled. Not recommended.'),
        memory: memory.describe('Memory at which it is killed.'),
      })
      .register(shown, { flow: true }),
    ...unsupportedIn.resources,
  })
  .meta({ id: 'resources' })
  .register(shown, { once: true })

const volume = z
  .strictObject({
    nfs: z
      .strictObject({
        server: hostOrEmpty.default('').describe('Empty: `global.nfs.server`.'),
        path: z
          .string()
          .regex(/^\/[^\s]*$/)
          .describe('Folder that belongs to the uid of the server, not inside that of another service.'),
      })
      .register(shown, { flow: true })
      .describe(
        'Folder on the NAS, used unless `class` or `existingClaim` is set. Empty server: `global.nfs.server`.',
      ),
    mountOptions: mountOptions.default([]).describe('Empty: `global.nfs.mountOptions`.'),
    class: nameOrEmpty.default('').describe('StorageClass to use instead of NFS.'),
    existingClaim: nameOrEmpty.default('').describe('PersistentVolumeClaim to use instead of creating one.'),
    size: size.describe('Size of the claim; not enforced with NFS. It cannot be changed later.'),
    ...unsupportedIn.storage,
  })
  .meta({ id: 'storage' })
  .register(shown, { once: true })

const container = z.strictObject({ image, resources }).meta({ id: 'container' })

/** `[requested CPU, requested memory, limit of memory]` */
type Amounts = [cpu: string, memory: string, limit: string]

/** `registry/repository:tag`, the registry being all up to the first slash. */
function imageNamed(reference: string) {
  const [, registry = '', repository = '', tag = ''] = /^(.*?)\/(.*):(.*)$/.exec(reference) ?? []
  return { registry, repository, tag }
}

const amounts = ([cpu, memory, limit]: Amounts) => ({ requests: { cpu, memory }, limits: { memory: limit } })

/** Values of an auxiliary container: its image and resources. */
export const helper = (reference: string, given: Amounts) =>
  container.prefault({ image: imageNamed(reference), resources: amounts(given) })

/** Values of a server's container, to be spread into those of the service. */
export const server = (reference: string, given: Amounts, resourcesAre = '') => ({
  image: image.prefault(imageNamed(reference)),
  resources: resourcesAre
    ? resources.prefault(amounts(given)).describe(resourcesAre)
    : resources.prefault(amounts(given)),
})

/** How many pods a server has. */
export const members = {
  replicas: count(2)
    .default(1)
    .describe(
      '2: a standby on another node, which takes over sooner than a new pod. One of them writes at a time.',
    ),
}

/** Where a service runs. */
export const placement = {
  nodeSelector: labels
    .default({})
    .describe('Labels of the nodes that may run it.')
    .register(shown, { once: true }),
  tolerations: tolerations.default([]).describe('Tolerated taints of nodes.').register(shown, { once: true }),
}

/** Where a service keeps its files. */
export const storage = (path: string, size: string, files: string) =>
  volume.prefault({ nfs: { path }, size }).describe(files)

/** The NAS of all services. */
export const nas = z
  .strictObject({
    server: host
      .default('nfs.bluecore.internal')
      .describe('The NAS of every service without its own `storage.nfs.server`.'),
    mountOptions: mountOptions
      .default(['hard', 'nolock', 'nfsvers=3', 'proto=tcp'])
      .describe(
        'Keep `hard`: writes are retried until the NAS answers, with `soft` they are lost. `nolock`: the lease keeps writers apart, and the NFS lock of a dead node would stop Elasticsearch until that node is back.',
      ),
    ...unsupportedIn.globalNfs,
  })
  .prefault({})

import { z } from 'zod'
import { foreignTo } from './foreign.js'
import {
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

/**
 * How the generated files show a value: `flow` in one line of values.yaml; `once`: in a table of the README of its own,
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
      .describe('The name within the registry.'),
    tag: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/)
      .describe('A string: quote a number.'),
    digest: z
      .string()
      .regex(/^(sha256:[0-9a-f]{64})?$/)
      .default('')
      .describe('`sha256:…` besides: then the tag is only for people.'),
    ...foreignTo.image,
  })
  .meta({ id: 'image' })
  .register(shown, { flow: true, once: true })

const resources = z
  .strictObject({
    requests: z
      .strictObject({
        cpu: cpu.describe('What the node keeps free for it.'),
        memory: memory.describe('What the node keeps free for it; not more than the limit.'),
      })
      .register(shown, { flow: true }),
    limits: z
      .strictObject({
        cpu: cpu.optional().describe('Where it is slowed down. Better none.'),
        memory: memory.describe('The most it may use; what takes more is ended.'),
      })
      .register(shown, { flow: true }),
    ...foreignTo.resources,
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
          .describe('A folder that belongs to the uid of the server; none within another.'),
      })
      .register(shown, { flow: true })
      .describe(
        'A folder of the NAS, used unless `class` or `existingClaim` is set. An empty server is `global.nfs.server`.',
      ),
    mountOptions: mountOptions.default([]).describe('Empty: `global.nfs.mountOptions`.'),
    class: nameOrEmpty.default('').describe('A StorageClass of the cluster instead.'),
    existingClaim: nameOrEmpty.default('').describe('A claim of your own instead.'),
    size: size.describe('With NFS only a label. It cannot be changed later.'),
    ...foreignTo.storage,
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

/** Values of a container that is only a helper: its image and resources. */
export const helper = (reference: string, given: Amounts) =>
  container.prefault({ image: imageNamed(reference), resources: amounts(given) })

/** Values of a container that is a server of its own, to be spread into the service's. */
export const server = (reference: string, given: Amounts, resourcesAre = '') => ({
  image: image.prefault(imageNamed(reference)),
  resources: resourcesAre
    ? resources.prefault(amounts(given)).describe(resourcesAre)
    : resources.prefault(amounts(given)),
})

/** Where a service runs. */
export const placement = {
  nodeSelector: labels
    .default({})
    .describe('Labels of the nodes that may run it.')
    .register(shown, { once: true }),
  tolerations: tolerations
    .default([])
    .describe('Taints of nodes that it tolerates.')
    .register(shown, { once: true }),
}

/** Where a service keeps its files. */
export const storage = (path: string, size: string, files: string) =>
  volume.prefault({ nfs: { path }, size }).describe(files)

/** The NAS for all. */
export const nas = z
  .strictObject({
    server: host
      .default('nfs.bluecore.internal')
      .describe('The NAS, for every service that names none of its own.'),
    mountOptions: mountOptions
      .default(['hard', 'nfsvers=3', 'proto=tcp'])
      .describe('`hard`: a write that the NAS has not taken is tried for ever. `soft` would lose it.'),
    ...foreignTo.globalNfs,
  })
  .prefault({})

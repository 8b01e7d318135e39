import { toolPath } from '@bluecore/kube-tools'
import { execa } from 'execa'
import { parseAllDocuments } from 'yaml'
import { ImagesError } from './images-error.js'

/** A chart and the values that it is to be installed with, as helm takes them. */
export interface ChartChoice {
  /** Folder, archive, or `oci://…` */
  chart: string
  /** Files of values, the last one wins. */
  values?: string[]
  /** `key=value` */
  set?: string[]
}

/** An image that a chart names. */
export interface ChartImage {
  /** As the chart writes it, digest included: `HOST/REPOSITORY:TAG[@sha256:…]` */
  name: string
  host: string
  repository: string
  tag?: string
  digest?: string
}

/**
 * Every image that an installation would pull: of init containers, hooks and tests too; sorted, each once.
 * @throws ImagesError with helm's words when the chart refuses the values
 */
export async function chartImages({ chart, values = [], set = [] }: ChartChoice): Promise<ChartImage[]> {
  const helm = await toolPath('helm')
  const options = [...values.flatMap(file => ['--values', file]), ...set.flatMap(value => ['--set', value])]
  const { exitCode, stdout, stderr } = await execa(helm, ['template', 'bluecore', chart, ...options], {
    reject: false,
  })
  if (exitCode !== 0) throw new ImagesError(`helm cannot render ${chart}: ${stderr}`)
  const names = parseAllDocuments(stdout).flatMap(document => imagesIn(document.toJS()))
  return [...new Set(names)].sort().map(parseImage)
}

/** Images of all containers anywhere in an object: pods, and what holds the template of one. */
function imagesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    /^(c|initC|ephemeralC)ontainers$/.test(key) && Array.isArray(inner)
      ? inner.flatMap(({ image }) => image ?? [])
      : imagesIn(inner),
  )
}

/** Reads an image's name as Kubernetes does: without a host it is Docker Hub's. */
export function parseImage(name: string): ChartImage {
  const [, path = '', tag, digest] = /^([^@]*?)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(name) ?? []
  const [, host, repository] = /^([^/]*[.:][^/]*|localhost)\/(.+)$/.exec(path) ?? []
  const plain = repository ?? (path.includes('/') ? path : `library/${path}`)
  return {
    name,
    host: host ?? 'docker.io',
    repository: plain,
    ...(tag && { tag }),
    ...(digest && { digest }),
  }
}

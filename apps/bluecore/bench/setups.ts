// How the lab's release and its cluster are set up when a node is killed.

export interface Setup {
  name: string
  title: string
  replicas: 1 | 2
  timings: 'ours' | 'kubernetes'
  /** The site has a fence. */
  fence?: true
  values: readonly string[]
}

export const lease = (enabled: boolean) => ['--set', `global.lease.enabled=${enabled}`]
/** Tolerations as with a lease, as JSON: a lost node is left as soon. */
export const quick = JSON.stringify(
  ['not-ready', 'unreachable'].map(state => ({
    key: `node.kubernetes.io/${state}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 5,
  })),
)
export const tolerations = (list: string) =>
  ['postgresql', 'redis', 'elasticsearch'].flatMap(name => ['--set-json', `${name}.tolerations=${list}`])

export const setups: readonly Setup[] = [
  {
    name: 'fence',
    title: "a lease, standbys and a fence, Kubernetes' timings",
    replicas: 2,
    timings: 'kubernetes',
    fence: true,
    values: [...lease(true), ...tolerations('[]')],
  },
  {
    name: 'standby',
    title: "a lease and standbys, Kubernetes' timings",
    replicas: 2,
    timings: 'kubernetes',
    values: [...lease(true), ...tolerations('[]')],
  },
  {
    name: 'alone',
    title: 'a lease, timings of packages/hosts',
    replicas: 1,
    timings: 'ours',
    values: [...lease(true), ...tolerations('[]')],
  },
  {
    name: 'alone-default',
    title: "a lease, Kubernetes' timings",
    replicas: 1,
    timings: 'kubernetes',
    values: [...lease(true), ...tolerations('[]')],
  },
  {
    name: 'unfenced-soon',
    title: "no lease, tolerations of 5 s, Kubernetes' timings (loses data when a node is only cut off)",
    replicas: 1,
    timings: 'kubernetes',
    values: [...lease(false), ...tolerations(quick)],
  },
  {
    name: 'unfenced',
    title: "no lease, Kubernetes' defaults",
    replicas: 1,
    timings: 'kubernetes',
    values: [...lease(false), ...tolerations('[]')],
  },
]

export interface Run {
  posted: number
  found: number
  /** Longest time without a page, whose client gives up after 3 s and tries again. */
  pages: number
}

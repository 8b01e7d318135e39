import { type ApiServer, messageOf } from '@bluecore/api-server'
import { profiles } from '@bluecore/lease'
import type { Logger } from 'pino'
import type { Keeper, KeeperSpec } from './keeper.js'

/** Tells the cluster which pod holds the lease. No server depends on it to run. */
export interface Announcer {
  /** Why the last announcement failed, in words. */
  failure(): string | undefined
  stop(): void
}

/** Shown by Helm when a value and we set the same field. */
const manager = 'bluecore-lease'
/** Repeats what has been told: an older request that arrives late, or an upgrade of the release, may have undone it. */
const intervalMs = 10_000
const retryMs = 2_000

/**
 * While this pod holds the lease: the Service NAME-sv selects its Deployment, and the Lease NAME (coordination.k8s.io) names it,
 * for `kubectl get lease`. Both exist already; this needs the right to patch them, and nothing else.
 * @param target the server's name: of its Service without `-sv`, and of its Lease; and the release
 */
export function announceLease(
  { name, release }: { name: string; release: string },
  keeper: Pick<Keeper, 'state' | 'onChange'>,
  { member, holder, profile }: Pick<KeeperSpec, 'member' | 'holder' | 'profile'>,
  api: ApiServer,
  log: Logger,
): Announcer {
  let told = 0
  let acquired = new Date()
  let failure: string | undefined
  let busy = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  async function patch(path: string, body: object) {
    const { status, text } = await api.call('PATCH', path, body)
    if (status >= 400) throw new Error(`PATCH ${path} was refused: ${messageOf(text)}`)
  }

  async function tell(epoch: number) {
    const { namespace } = api
    const selector = { 'app.kubernetes.io/name': member, 'app.kubernetes.io/instance': release }
    await patch(`/api/v1/namespaces/${namespace}/services/${name}-sv?fieldManager=${manager}`, {
      spec: { selector },
    })
    await patch(
      `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}?fieldManager=${manager}`,
      {
        spec: {
          holderIdentity: holder,
          leaseTransitions: epoch,
          leaseDurationSeconds: profiles[profile].lease / 1000,
          acquireTime: microTime(acquired),
          renewTime: microTime(new Date()),
        },
      },
    )
  }

  /** The epoch to announce. */
  function held(): number | undefined {
    const { role, epoch, stopping } = keeper.state()
    return role === 'holder' && !stopping ? epoch : undefined
  }

  async function announce(epoch: number) {
    if (told !== epoch) acquired = new Date()
    told = epoch
    try {
      await tell(epoch)
      if (failure) log.info({ epoch }, 'the cluster knows again which pod holds the lease')
      failure = undefined
    } catch (error) {
      const { message } = error as Error
      if (message !== failure)
        log.warn({ failure: message }, 'the cluster cannot be told which pod holds the lease')
      failure = message
    }
  }

  async function look() {
    if (busy) return // it looks again when it is done
    busy = true
    clearTimeout(timer)
    let last: number | undefined
    for (let epoch = held(); epoch !== undefined && epoch !== last; epoch = held()) {
      await announce(epoch)
      last = epoch
    }
    busy = false
    if (last !== undefined && !stopped) timer = setTimeout(look, failure ? retryMs : intervalMs)
  }

  keeper.onChange(look)
  look()
  return {
    failure: () => failure,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/** As in the API's MicroTime: six digits. */
function microTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z')
}

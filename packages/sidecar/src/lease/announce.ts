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

/** Also repeats what has been told: an older request that arrives late, or an upgrade of the release, may have undone it. */
const intervalMs = 5_000
/** How soon the Service follows a new holder, and a failure is retried. */
const lookMs = 500

/**
 * While this pod holds the lease: the Service NAME-sv selects only its Deployment, and the Lease NAME (coordination.k8s.io)
 * names it, for `kubectl get lease`. Both exist already; this needs the right to patch them, and nothing else.
 * @param name of the server's Service without `-sv`, and of its Lease
 */
export function announceLease(
  name: string,
  keeper: Pick<Keeper, 'state'>,
  { member, holder, profile }: Pick<KeeperSpec, 'member' | 'holder' | 'profile'>,
  api: ApiServer,
  log: Logger,
): Announcer {
  let told = { epoch: 0, at: Number.NEGATIVE_INFINITY }
  let acquired = new Date()
  let failure: string | undefined
  let busy = false

  async function patch(path: string, body: object) {
    const { status, text } = await api.call('PATCH', path, body)
    if (status >= 400) throw new Error(`PATCH ${path} was refused: ${messageOf(text)}`)
  }

  async function tell(epoch: number) {
    const { namespace } = api
    const selector = { 'app.kubernetes.io/name': member }
    await patch(`/api/v1/namespaces/${namespace}/services/${name}-sv`, { spec: { selector } })
    await patch(`/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`, {
      spec: {
        holderIdentity: holder,
        leaseTransitions: epoch,
        leaseDurationSeconds: profiles[profile].lease / 1000,
        acquireTime: microTime(acquired),
        renewTime: microTime(new Date()),
      },
    })
  }

  async function look() {
    const { role, epoch, stopping } = keeper.state()
    if (role !== 'holder' || stopping) return
    const now = performance.now()
    if (told.epoch === epoch && now - told.at < intervalMs) return
    if (told.epoch !== epoch) acquired = new Date()
    told = { epoch, at: now }
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

  const timer = setInterval(() => {
    if (busy) return
    busy = true
    look().finally(() => {
      busy = false
    })
  }, lookMs)
  return { failure: () => failure, stop: () => clearInterval(timer) }
}

/** As in the API's MicroTime: six digits. */
function microTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z')
}

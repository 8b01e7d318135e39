import { profiles } from '@bluecore/lease'
import { type Check, HealthError } from '../check.js'
import type { Keeper, KeeperSpec } from './keeper.js'

/**
 * Does this pod hold the lease of its volume, or wait beside a holder that renews it? Without it no server runs here, and a
 * restart would not change that: it concerns the volume. Reads what the keeper knows.
 * @param untold why the cluster could not be told that this pod holds it, in words
 */
export function lease(
  keeper: Omit<Keeper, 'stop'>,
  { owner, profile }: KeeperSpec,
  untold: () => string | undefined,
): Check {
  const staleMs = profiles[profile].stale
  return {
    name: 'lease',
    subject: 'volume',
    intervalMs: 1_000,
    deadlineMs: 500,
    async run() {
      const { role, epoch, foreign, failure } = keeper.state()
      const ageMs = keeper.ageMs()
      const held = role === 'holder'
      const standby = keeper.standbyOf() !== undefined
      const samples = [
        { name: 'lease_held', value: Number(held) },
        { name: 'lease_standby', value: Number(standby) },
        { name: 'lease_epoch', value: epoch },
        ...(held ? [{ name: 'lease_age_seconds', value: ageMs / 1000 }] : []),
      ]
      const why = failure ? `: ${failure}` : ''
      const fail = (message: string) => new HealthError('no-lease', message, { samples })
      if (role === 'refused')
        throw fail(
          `the volume belongs to ${foreign?.owner.name} (${foreign?.owner.id}), not to ${owner.name}: ` +
            'use another folder, or set global.lease.takeOverFrom to that id after its servers have been stopped',
        )
      if (standby) return { samples }
      if (!held) throw fail(`${waitingFor(epoch)}${why}`)
      if (ageMs > staleMs) throw fail(`not renewed for ${Math.round(ageMs / 1000)} s${why}`)
      const reason = untold()
      return { samples, ...(reason && { warnings: [`the Service may lead to another pod: ${reason}`] }) }
    },
  }
}

function waitingFor(epoch: number): string {
  return epoch === 0
    ? 'waiting for a look at the volume, and until nobody else claims it'
    : `waiting until the holder of epoch ${epoch} releases it or falls silent`
}

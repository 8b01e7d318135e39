import { profiles } from '@bluecore/lease'
import { type Check, HealthError } from '../check.js'
import type { Keeper, KeeperSpec } from './keeper.js'

/**
 * Does this pod hold the lease of its volume? Without it no server runs here, and a restart would not change that: it concerns
 * the volume. Reads what the keeper knows.
 */
export function lease(keeper: Pick<Keeper, 'state' | 'ageMs'>, { owner, profile }: KeeperSpec): Check {
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
      const samples = [
        { name: 'lease_held', value: Number(held) },
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
      if (!held) throw fail(`${waitingFor(epoch)}${why}`)
      if (ageMs > staleMs) throw fail(`not renewed for ${Math.round(ageMs / 1000)} s${why}`)
      return { samples }
    },
  }
}

function waitingFor(epoch: number): string {
  return epoch === 0
    ? 'waiting for a look at the volume, and until nobody else claims it'
    : `waiting until the holder of epoch ${epoch} releases it or falls silent`
}

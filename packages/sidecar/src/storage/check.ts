import { readFileSync } from 'node:fs'
import { isLow, isNfs, type Mount, mebibytes, mountOf, nfsCounters, type Space } from '@bluecore/volume'
import { type Check, type Finding, HealthError, type Sample } from '../check.js'
import type { Answer } from './canary-run.js'
import { isDenied, storageError } from './errno.js'
import type { StorageIo } from './io.js'

/** An fsync that takes longer than this is a warning. */
const slowMs = 1_000

/**
 * Does the volume accept a file, and how quickly? The canary tries it in a process of its own; this process reads only what
 * the kernel knows about the mount.
 * @param folder absolute, on the volume; created when its parent exists
 */
export function storage(folder: string, io: Pick<StorageIo, 'ask'>): Check {
  /** When the question that has no answer yet was asked. */
  let askedAt: number | undefined
  return {
    name: 'storage',
    subject: 'volume',
    intervalMs: 5_000,
    deadlineMs: 2_500,
    retryMs: 3_000,
    async run() {
      const mount = mountOf(folder, readFileSync('/proc/self/mountinfo', 'utf8'))
      const known = mount ? ofMount(mount) : {}
      if (mount?.readOnly) {
        const message = `${mount.point} is mounted read-only: if that is not intended, check its disk for errors`
        throw new HealthError('readonly', message, known)
      }
      if (askedAt !== undefined) {
        const seconds = Math.round((performance.now() - askedAt) / 1000)
        const message = `the volume has not responded for ${seconds} s`
        throw new HealthError('storage-hung', message, known)
      }
      askedAt = performance.now()
      const answer: Answer = await io.ask({ folder }).finally(() => {
        askedAt = undefined
      })
      const finding = joined(known, ofAnswer(answer))
      if (!answer.failed) return finding
      const error = storageError(folder, answer.failed, finding)
      if (!isDenied(answer.failed)) throw error
      return joined(finding, { warnings: [`${error.message}; the volume is not tested`] })
    },
  }
}

function ofMount(mount: Mount): Finding {
  const counters = isNfs(mount) && nfsCounters(mount.point, readFileSync('/proc/self/mountstats', 'utf8'))
  return {
    samples: counters
      ? [
          { name: 'storage_nfs_retransmissions_total', value: counters.retransmissions, type: 'counter' },
          { name: 'storage_nfs_timeouts_total', value: counters.timeouts, type: 'counter' },
        ]
      : [],
    warnings: mount.soft
      ? [`${mount.point} is mounted soft: writes are lost when the NAS is slow; use the mount option hard`]
      : [],
  }
}

function ofAnswer({ steps, space }: Answer): Finding {
  if (!space) return { steps }
  const samples: Sample[] = [
    { name: 'storage_free_bytes', value: space.free },
    { name: 'storage_size_bytes', value: space.size },
    { name: 'storage_free_inodes', value: space.freeFiles },
  ]
  return { steps, samples, warnings: warningsOf(space, steps.fsync ?? 0) }
}

function warningsOf(space: Space, fsyncMs: number): string[] {
  const warnings: string[] = []
  const { free, size, freeFiles, files } = space
  const low = isLow(space)
  if (low.bytes)
    warnings.push(
      `${mebibytes(free)} of ${mebibytes(size)} MiB are free: free some space, or enlarge the volume`,
    )
  if (low.inodes) warnings.push(`${freeFiles} of ${files} inodes are free: there are too many small files`)
  if (fsyncMs >= slowMs) warnings.push(`fsync took ${Math.round(fsyncMs)} ms`)
  return warnings
}

function joined(one: Finding, other: Finding): Finding {
  return {
    samples: [...(one.samples ?? []), ...(other.samples ?? [])],
    warnings: [...(one.warnings ?? []), ...(other.warnings ?? [])],
    steps: { ...one.steps, ...other.steps },
  }
}

import { readFileSync } from 'node:fs'
import { type Check, type Finding, HealthError, type Sample } from '../check.js'
import type { Canary } from './canary.js'
import type { Answer } from './canary-run.js'
import { storageError } from './errno.js'
import { isNfs, type Mount, mountOf, nfsCounters } from './mounts.js'

/** Below this a server's next file may not fit: PostgreSQL needs two WAL segments of 16 MiB, and room to grow. */
const littleBytes = 64 * 2 ** 20
const littleShare = 0.1
const slowMs = 1_000

/**
 * Does the volume take a file, and how quickly? The canary asks it in a process of its own; this one reads only what the
 * kernel knows of the mount.
 */
export function storage(canary: Canary): Check {
  return {
    name: 'storage',
    subject: 'volume',
    intervalMs: 5_000,
    deadlineMs: 2_500,
    retryMs: 3_000,
    async run() {
      const mount = mountOf(canary.folder, readFileSync('/proc/self/mountinfo', 'utf8'))
      const known = mount ? ofMount(mount) : {}
      if (mount?.readOnly) {
        const message = `${mount.point} is mounted read-only: if nobody wanted that, its disk has failed`
        throw new HealthError('readonly', message, known)
      }
      const silentMs = canary.silentMs()
      if (silentMs > 0) {
        const message = `the volume has not answered for ${Math.round(silentMs / 1000)} s`
        throw new HealthError('storage-hung', message, known)
      }
      const answer = await canary.ask()
      const finding = joined(known, ofAnswer(answer))
      if (answer.failed) throw storageError(canary.folder, answer.failed, finding)
      return finding
    },
  }
}

function ofMount(mount: Mount): Finding {
  const counters =
    isNfs(mount.type) && nfsCounters(mount.point, readFileSync('/proc/self/mountstats', 'utf8'))
  return {
    samples: counters
      ? [
          { name: 'storage_nfs_retransmissions_total', value: counters.retransmissions, type: 'counter' },
          { name: 'storage_nfs_timeouts_total', value: counters.timeouts, type: 'counter' },
        ]
      : [],
    warnings: mount.soft
      ? [`${mount.point} is mounted soft: writes are lost when the NAS is slow; mount it hard`]
      : [],
  }
}

/** Of a file system that counts them: one that makes its files as needed says that it has none. */
function ofAnswer({ steps, space }: Answer): Finding {
  if (!space) return { steps }
  const samples: Sample[] = [
    { name: 'storage_free_bytes', value: space.free },
    { name: 'storage_size_bytes', value: space.size },
    { name: 'storage_free_inodes', value: space.freeFiles },
  ]
  return { steps, samples, warnings: warningsOf(space, steps.fsync ?? 0) }
}

function warningsOf(
  { free, size, freeFiles, files }: NonNullable<Answer['space']>,
  fsyncMs: number,
): string[] {
  const warnings: string[] = []
  if (free < littleBytes || free < size * littleShare)
    warnings.push(`${mebibytes(free)} of ${mebibytes(size)} MiB are free: make room, or enlarge the volume`)
  if (freeFiles < files * littleShare)
    warnings.push(`${freeFiles} of ${files} inodes are free: there are too many small files`)
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

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}

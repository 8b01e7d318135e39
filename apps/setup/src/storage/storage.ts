import { readFileSync } from 'node:fs'
import { absolutePath, type Environment, readSettings } from '@bluecore/settings'
import { mountOf } from '@bluecore/volume'
import * as z from 'zod/mini'
import { PermanentError } from '../errors.js'
import { timeoutMs, timeoutShape } from '../retry.js'
import { judgeLease } from './checks/lease.js'
import { isMounted, judgeMount } from './checks/mount.js'
import { judgeOwner } from './checks/owner.js'
import { judgeSpace } from './checks/space.js'
import { judgeSpeed } from './checks/speed.js'
import { judgeSteps } from './checks/steps.js'
import { type Finding, lineOf, summary } from './finding.js'
import { type Outcome, runProbeProcess } from './probe-process.js'
import { type Place, placeOf, type Volume } from './volume.js'

/**
 * Is the volume usable for the server that will run on it? Prints one line for each check and a summary. Runs as the
 * server's user, and leaves nothing on the volume.
 * @param env STORAGE_PATH, STORAGE_USED_BY; STORAGE_SOURCE and STORAGE_OPTIONS where the values name a NAS; LEASE_OWNER_ID and
 *   LEASE_OWNER_NAME with a lease, LEASE_TAKE_OVER_FROM to take it from another release; SETUP_TIMEOUT_SECONDS (60)
 * @throws SettingsError, or a PermanentError with the summary when the server could not run
 */
export async function storage(env: Environment): Promise<void> {
  const { volume, limitMs } = volumeFrom(env)
  const mount = mountOf(volume.path, readFileSync('/proc/self/mountinfo', 'utf8'))
  const place = placeOf(volume, mount)
  const findings = judgeMount(volume, mount)
  if (isMounted(volume, mount)) {
    const outcome = await runProbeProcess(volume.path, limitMs, ({ doing }, seconds) =>
      console.log(`still waiting for ${doing} on ${place.name} after ${seconds} s; is the NAS up?`),
    )
    findings.push(...judge(volume, place, outcome, limitMs))
  }
  for (const finding of findings) console.log(lineOf(finding))
  const last = summary(volume.usedBy, findings)
  if (findings.some(({ level }) => level === 'FAIL')) throw new PermanentError(last)
  console.log(last)
}

const shape = {
  STORAGE_PATH: absolutePath(),
  STORAGE_USED_BY: z.string(),
  STORAGE_SOURCE: z.optional(z.string()),
  STORAGE_OPTIONS: z.optional(z.string()),
  LEASE_OWNER_ID: z.optional(z.string()),
  LEASE_OWNER_NAME: z._default(z.string(), 'this release'),
  LEASE_TAKE_OVER_FROM: z.optional(z.string()),
  ...timeoutShape(60),
}

function volumeFrom(env: Environment): { volume: Volume; limitMs: number } {
  const settings = readSettings({ shape, secrets: [] }, env)
  const { STORAGE_PATH: path, STORAGE_USED_BY: usedBy } = settings
  const { STORAGE_SOURCE: source, STORAGE_OPTIONS: options } = settings
  const { getuid, getgid } = process as Required<Pick<NodeJS.Process, 'getuid' | 'getgid'>>
  const own = { uid: getuid(), gid: getgid() }
  const { LEASE_OWNER_ID: id, LEASE_OWNER_NAME: name, LEASE_TAKE_OVER_FROM: takeOverFrom } = settings
  const volume = {
    ...{ path, usedBy, ...own },
    ...(source && { source }),
    ...(options && { options }),
    ...(id && { owner: { id, name } }),
    ...(takeOverFrom && { takeOverFrom }),
  }
  return { volume, limitMs: timeoutMs(settings) }
}

function judge(volume: Volume, place: Place, { seen, hangs }: Outcome, limitMs: number): Finding[] {
  const findings = [
    ...judgeOwner(volume, place, seen),
    ...judgeLease(volume, place, seen),
    ...judgeSteps(place, seen),
    ...judgeSpace(volume, seen),
    ...judgeSpeed(seen),
  ]
  if (!hangs) return findings
  const text = `no response from ${place.name} within ${limitMs / 1000} s. Is the NAS up, and can this node reach it?`
  return [...findings, { level: 'FAIL', check: seen.doing ?? 'end', text }]
}

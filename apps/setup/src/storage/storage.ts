import { readFileSync } from 'node:fs'
import { Refusal } from '../failure.js'
import { type Environment, settingsFrom } from '../settings.js'
import { isMounted, judgeMount } from './checks/mount.js'
import { judgeOwner } from './checks/owner.js'
import { judgeSpace } from './checks/space.js'
import { judgeSpeed } from './checks/speed.js'
import { judgeSteps } from './checks/steps.js'
import { type Finding, lineOf, summary } from './finding.js'
import { mountOf } from './mountinfo.js'
import { type Place, placeOf, type Volume } from './volume.js'
import { type Outcome, watchProbe } from './watched-probe.js'

/**
 * Is the volume fit for the server that will use it? Prints one line for each check and one that sums up. Runs as the
 * server's user, and leaves nothing on the volume.
 * @param env STORAGE_PATH, STORAGE_USED_BY; STORAGE_SOURCE and STORAGE_OPTIONS where the values name a NAS;
 *   SETUP_TIMEOUT_SECONDS (60)
 * @throws SettingsError, or a Refusal that sums up when the server could not run
 */
export async function storage(env: Environment): Promise<void> {
  const { volume, limitMs } = volumeFrom(env)
  const mount = mountOf(volume.path, readFileSync('/proc/self/mountinfo', 'utf8'))
  const place = placeOf(volume, mount)
  const findings = judgeMount(volume, mount)
  if (isMounted(volume, mount)) {
    const outcome = await watchProbe(volume.path, limitMs, ({ doing }, seconds) =>
      console.log(`still waiting for ${doing} on ${place.name} after ${seconds} s; is the NAS up?`),
    )
    findings.push(...judge(volume, place, outcome, limitMs))
  }
  for (const finding of findings) console.log(lineOf(finding))
  const last = summary(volume.usedBy, findings)
  if (findings.some(({ level }) => level === 'FAIL')) throw new Refusal(last)
  console.log(last)
}

function volumeFrom(env: Environment): { volume: Volume; limitMs: number } {
  const settings = settingsFrom(env)
  const path = settings.folder('STORAGE_PATH')
  const usedBy = settings.text('STORAGE_USED_BY')
  const source = settings.text('STORAGE_SOURCE', '')
  const options = settings.text('STORAGE_OPTIONS', '')
  const limitMs = settings.number('SETUP_TIMEOUT_SECONDS', 60, 1, 86_400) * 1_000
  settings.check()
  const { getuid, getgid } = process as Required<Pick<NodeJS.Process, 'getuid' | 'getgid'>>
  const own = { uid: getuid(), gid: getgid() }
  return { volume: { path, usedBy, ...own, ...(source && { source }), ...(options && { options }) }, limitMs }
}

function judge(volume: Volume, place: Place, { seen, hangs }: Outcome, limitMs: number): Finding[] {
  const findings = [
    ...judgeOwner(volume, place, seen),
    ...judgeSteps(place, seen),
    ...judgeSpace(volume, seen),
    ...judgeSpeed(seen),
  ]
  if (!hangs) return findings
  const text = `no answer from ${place.name} within ${limitMs / 1000} s. Is the NAS up, can this node reach it?`
  return [...findings, { level: 'FAIL', check: seen.doing ?? 'end', text }]
}

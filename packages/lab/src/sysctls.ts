import { existsSync, readFileSync } from 'node:fs'
import { ask, privileged, run } from './exec.js'
import { statePath } from './layout.js'
import { writePrivate } from './node-files.js'

/** Settings of the whole machine that a node changes: inotify by node-init, the others by kubelet. */
const settings = [
  'fs/inotify/max_user_instances',
  'fs/inotify/max_user_watches',
  'vm/overcommit_memory',
  'kernel/panic',
  'kernel/panic_on_oops',
]

const file = () => statePath('sysctls.json')

/** Records the machine's own values before the first node starts. */
export function recordSysctls(): void {
  if (existsSync(file())) return
  const values = settings.map(name => [name, readFileSync(`/proc/sys/${name}`, 'utf8').trim()])
  writePrivate(file(), JSON.stringify(Object.fromEntries(values)))
}

/** Restores the recorded values. */
export async function restoreSysctls(): Promise<void> {
  if (!existsSync(file())) return
  const values = JSON.parse(readFileSync(file(), 'utf8')) as Record<string, string>
  for (const [name, value] of Object.entries(values)) {
    if (readFileSync(`/proc/sys/${name}`, 'utf8').trim() === value) continue
    const [sysctl, args] = privileged('sysctl', [
      '--quiet',
      '--write',
      `${name.replaceAll('/', '.')}=${value}`,
    ])
    await (name.startsWith('kernel/') ? ask(sysctl, args) : run(sysctl, args)) // a container may not set all of them
  }
}

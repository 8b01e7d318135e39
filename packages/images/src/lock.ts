import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { execa } from 'execa'

/**
 * Runs `work` while no other process holds the lock `file`. The kernel's lock of flock(1) is used, so a
 * killed holder leaves nothing behind.
 * @param file path of the lock file; made when missing, never removed (removing it would make two locks)
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true })
  // The holder says a word once it has the lock and keeps it until its stdin ends, with us at the latest.
  const holder = execa('flock', [file, 'sh', '-c', 'echo held; exec cat'], { buffer: false })
  try {
    await Promise.race([
      new Promise(resolve => holder.stdout.once('data', resolve)),
      holder.then(() => Promise.reject(new Error(`lock ${file}: its holder ended`))),
    ])
    return await work()
  } finally {
    holder.stdin.end()
    await holder.catch(() => undefined)
  }
}

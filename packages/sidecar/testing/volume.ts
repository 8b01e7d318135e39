import { chmodSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './processes.js'

/** A file system of its own, which a test may hurt. Needs root and loop devices. */
export interface Volume {
  path: string
  /** Takes all the room that is left, also that which is kept for root. */
  fill(): Promise<unknown>
  /** Gives it back. */
  empty(): void
  /** As the kernel does after an error of the disk: whoever has a file open may keep it, nobody can write. */
  failReadOnly(): Promise<unknown>
  /** Whoever writes waits, and no signal ends the wait: a NAS that is gone looks the same to a hard mount. */
  hang(): Promise<unknown>
  heal(): Promise<unknown>
  /** Heals it and takes it away; whoever uses it must have ended. */
  remove(): Promise<void>
}

/** @param megabytes its size, at least 16 */
export async function createVolume(megabytes: number): Promise<Volume> {
  const path = mkdtempSync(join(tmpdir(), 'volume-'))
  const image = `${path}.img`
  const filler = join(path, 'filler')
  await run('truncate', ['--size', `${megabytes}M`, image])
  await run('mkfs.ext4', ['-q', '-F', '-m', '0', '-E', 'lazy_itable_init=0', image])
  await run('mount', ['-o', 'loop,errors=remount-ro', image, path])
  chmodSync(path, 0o777)
  let hangs = false

  async function heal() {
    if (!hangs) return
    await run('fsfreeze', ['--unfreeze', path])
    hangs = false
  }

  return {
    path,
    async fill() {
      // Large pieces first, then what is too little for one of them. Each ends when there is no room any more.
      for (const size of ['64k', '4k']) {
        const to = [`of=${filler}`, `bs=${size}`, 'oflag=append', 'conv=notrunc,fsync']
        await run('dd', ['if=/dev/zero', ...to]).catch(() => {})
      }
    },
    empty: () => rmSync(filler),
    async failReadOnly() {
      const device = await run('findmnt', ['--noheadings', '--output', 'SOURCE', path])
      await run('sh', ['-c', `echo 1 > /sys/fs/ext4/${device.replace('/dev/', '')}/trigger_fs_error`])
    },
    async hang() {
      await run('fsfreeze', ['--freeze', path])
      hangs = true
    },
    heal,
    async remove() {
      await heal()
      await run('umount', [path])
      rmdirSync(path)
      rmSync(image)
    },
  }
}

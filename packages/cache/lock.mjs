import { spawn } from 'node:child_process'
import { once as event } from 'node:events'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

export async function withLock(file, work, { signal } = {}) {
  signal?.throwIfAborted()
  mkdirSync(dirname(file), { recursive: true })
  // The holder prints a word once it has the lock, and keeps it until its stdin ends: when this process does, at the latest.
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = event(holder, 'exit')
  try {
    await Promise.race([
      event(holder.stdout, 'data', { signal }),
      ended.then(() => Promise.reject(new Error(`lock ${file}: its holder ended`))),
    ])
  } catch (error) {
    holder.kill() // it may still be waiting for the lock
    await ended.catch(() => undefined)
    signal?.throwIfAborted()
    throw error
  }
  try {
    return await work()
  } finally {
    holder.stdin.end()
    await ended.catch(() => undefined)
  }
}

import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { workspaceRoot } from '@bluecore/lab'
import { afterEach, beforeEach, expect, test } from 'vitest'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bluecore-preflight-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

/** Runs `up` as on a machine that is new to the project, with only these commands on PATH. */
function up(commands: readonly string[], env: Record<string, string>) {
  for (const path of commands) symlinkSync(path, join(dir, path.replace(/.*\//, '')))
  return new Promise<{ code: number; output: string }>(resolve => {
    const child = execFile(
      process.execPath,
      [join(workspaceRoot(), 'apps/bluecore/dist/main.mjs'), 'up'],
      { env: { HOME: dir, PATH: dir, ...env }, cwd: dir },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })
}

test('no Go, no Java, a port in use and an unreachable npm registry are reported together, before any work', async () => {
  const listener = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => listener.once('listening', resolve))
  const port = String((listener.address() as AddressInfo).port)
  try {
    const { code, output } = await up(['/bin/sh', '/usr/bin/env'], { BLUECORE_REGISTRY_PORT: port })
    expect(output).toMatch(/^\nFailed: the lab cannot start: 4 problems; nothing was changed yet$/m)
    expect(output).toContain('no Go. install Go 1.26 or later and put it on PATH')
    expect(output).toContain('no Java. install a Java runtime')
    expect(output).toContain(
      `port ${port} of this machine is in use; the registry needs it. stop the program that listens on it, or set BLUECORE_REGISTRY_PORT`,
    )
    expect(output).toContain('the npm registry cannot be reached')
    expect(code).toBe(1)
    expect(existsSync(join(dir, '.local'))).toBe(false)
  } finally {
    listener.close()
  }
})

test('an invalid setting is refused with a message that says what is valid', async () => {
  const { code, output } = await up([], { BLUECORE_REGISTRY_PORT: 'five' })
  expect(output).toContain('BLUECORE_REGISTRY_PORT is "five": give a port number from 1 to 65535')
  expect(code).toBe(1)
})

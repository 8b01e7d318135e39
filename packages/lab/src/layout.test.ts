import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { registryPort, statePath, workspaceRoot } from './layout.js'

afterEach(() => vi.unstubAllEnvs())

test.each(['x', '0', '65536', '50.5'])(
  'BLUECORE_REGISTRY_PORT=%s is refused, with the values that are allowed',
  text => {
    vi.stubEnv('BLUECORE_REGISTRY_PORT', text)
    expect(() => registryPort()).toThrow(
      `BLUECORE_REGISTRY_PORT is "${text}": give a port number from 1 to 65535`,
    )
  },
)

test('the registry port is 5000 unless it is set', () => {
  vi.stubEnv('BLUECORE_REGISTRY_PORT', '')
  expect(registryPort()).toBe(5000)
  vi.stubEnv('BLUECORE_REGISTRY_PORT', '15000')
  expect(registryPort()).toBe(15000)
})

test('state is kept below XDG_STATE_HOME', () => {
  vi.stubEnv('XDG_STATE_HOME', '/var/tmp/state')
  expect(statePath('kubeconfig')).toBe('/var/tmp/state/bluecore/lab/kubeconfig')
})

test('the workspace root has pnpm-workspace.yaml', () => {
  expect(existsSync(join(workspaceRoot(), 'pnpm-workspace.yaml'))).toBe(true)
})

import { runSidecarToEnd } from '@bluecore/sidecar/testing'
import { expect, test } from 'vitest'

test('wrong settings are named at once, and end it with code 2', { timeout: 60_000 }, async () => {
  const env = {
    HEALTH_PORT: 'x',
    HEALTH_FROZEN_AFTER_SECONDS: '0',
    POSTGRES_PORT: 'tcp://10.43.0.1:5432',
    LOG_LEVEL: 'loud',
  }
  const { code, stdout, stderr } = await runSidecarToEnd(new URL('../', import.meta.url), env)
  expect(stderr.split('\n')).toEqual([
    'postgres-health cannot start:',
    '  HEALTH_PORT is "x", not a port from 0 to 65535',
    '  HEALTH_FROZEN_AFTER_SECONDS is "0", not seconds from 1 to 86400',
    '  LOG_LEVEL is "loud", not one of fatal, error, warn, info, debug, trace, silent',
    '  POSTGRES_PORT is "tcp://10.43.0.1:5432", not a port from 1 to 65535',
    '  POSTGRES_PASSWORD is missing: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE',
    '',
  ])
  expect(stdout).toBe('')
  expect(code).toBe(2)
})

import { runSidecarToEnd } from '@bluecore/sidecar/testing'
import { expect, test } from 'vitest'

test('invalid settings are all reported at once, with exit code 2', { timeout: 60_000 }, async () => {
  const env = {
    HEALTH_PORT: 'x',
    HEALTH_FROZEN_AFTER_SECONDS: '0',
    HEALTH_READINESS: 'lenient',
    POSTGRES_PORT: 'tcp://10.43.0.1:5432',
    LOG_LEVEL: 'loud',
  }
  const { code, stdout, stderr } = await runSidecarToEnd(new URL('../', import.meta.url), env)
  expect(stderr.split('\n')).toEqual([
    'postgres-health cannot start:',
    '  HEALTH_PORT must be a port from 0 to 65535, not "x"',
    '  HEALTH_FROZEN_AFTER_SECONDS must be a number of seconds from 1 to 86400, not "0"',
    '  HEALTH_READINESS must be usable or strict, not "lenient"',
    '  LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud"',
    '  POSTGRES_PORT must be a port from 1 to 65535, not "tcp://10.43.0.1:5432"',
    '  neither POSTGRES_PASSWORD nor POSTGRES_PASSWORD_FILE is set',
    '',
  ])
  expect(stdout).toBe('')
  expect(code).toBe(2)
})

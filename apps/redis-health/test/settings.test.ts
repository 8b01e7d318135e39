import { runSidecarToEnd } from '@bluecore/sidecar/testing'
import { expect, test } from 'vitest'

test('invalid settings are all reported at once, with exit code 2', { timeout: 60_000 }, async () => {
  const env = {
    HEALTH_SHUTDOWN_DELAY_SECONDS: 'soon',
    REDIS_PORT: '0',
    REDIS_PASSWORD: 'secret',
    REDIS_PASSWORD_FILE: '/run/secrets/password',
  }
  const { code, stderr } = await runSidecarToEnd(new URL('../', import.meta.url), env)
  expect(stderr.split('\n')).toEqual([
    'redis-health cannot start:',
    '  HEALTH_SHUTDOWN_DELAY_SECONDS must be a number of seconds from 0 to 3600, not "soon"',
    '  REDIS_PORT must be a port from 1 to 65535, not "0"',
    '  REDIS_PASSWORD and REDIS_PASSWORD_FILE are both set; keep one',
    '',
  ])
  expect(code).toBe(2)
})

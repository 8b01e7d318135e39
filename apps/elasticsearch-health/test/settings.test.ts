import { runSidecarToEnd } from '@bluecore/sidecar/testing'
import { expect, test } from 'vitest'

test('invalid settings are all reported at once, with exit code 2', { timeout: 60_000 }, async () => {
  const env = { HEALTH_SHUTDOWN_DELAY_SECONDS: 'soon', ELASTICSEARCH_URL: '127.0.0.1:9200' }
  const { code, stderr } = await runSidecarToEnd(new URL('../', import.meta.url), env)
  expect(stderr.split('\n')).toEqual([
    'elasticsearch-health cannot start:',
    '  HEALTH_SHUTDOWN_DELAY_SECONDS must be a number of seconds from 0 to 3600, not "soon"',
    '  ELASTICSEARCH_URL must be an http or https URL, not "127.0.0.1:9200"',
    '',
  ])
  expect(code).toBe(2)
})

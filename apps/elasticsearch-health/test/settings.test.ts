import { runSidecarToEnd } from '@bluecore/sidecar/testing'
import { expect, test } from 'vitest'

test('wrong settings are named at once, and end it with code 2', { timeout: 60_000 }, async () => {
  const env = { HEALTH_SHUTDOWN_DELAY_SECONDS: 'soon', ELASTICSEARCH_URL: '127.0.0.1:9200' }
  const { code, stderr } = await runSidecarToEnd(new URL('../', import.meta.url), env)
  expect(stderr.split('\n')).toEqual([
    'elasticsearch-health cannot start:',
    '  HEALTH_SHUTDOWN_DELAY_SECONDS is "soon", not seconds from 0 to 3600',
    '  ELASTICSEARCH_URL is "127.0.0.1:9200", not an http or https URL',
    '',
  ])
  expect(code).toBe(2)
})

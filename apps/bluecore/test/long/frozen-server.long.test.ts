// With the chart's defaults: a minute until /livez fails, five and a half until kubelet restarts the server. Everything
// else that kubelet does after the sidecars' verdicts is in ../parallel/health.test.ts, with lower limits.
import { namespace } from '@bluecore/lab'
import { beforeAll, test } from 'vitest'
import { expectRestartOfFrozenServers } from '../../testing/frozen-servers.js'
import { waitForRelease } from '../../testing/pods.js'

beforeAll(() => waitForRelease(namespace))

test('frozen servers are restarted by kubelet with the default limits, and every note is found', () =>
  expectRestartOfFrozenServers(namespace, 600_000))

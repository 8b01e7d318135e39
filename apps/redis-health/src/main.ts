import { runSidecar } from '@bluecore/sidecar'
import { checks } from './checks/index.js'
import { connect } from './connect.js'
import { settings } from './settings.js'

await runSidecar({ name: 'redis', metricPrefix: 'redis', settings, connect, checks })

import { runSidecar } from '@bluecore/sidecar'
import { checks } from './checks/index.js'
import { connect } from './connect.js'
import { settings } from './settings.js'

await runSidecar({ name: 'elasticsearch', metricPrefix: 'elasticsearch', settings, connect, checks })

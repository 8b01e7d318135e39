import { runSidecar } from '@bluecore/sidecar'
import { checks } from './checks/index.js'
import { connect } from './connect.js'
import { settings } from './settings.js'

await runSidecar({ name: 'postgres', metricPrefix: 'pg', settings, connect, checks })

export { type Check, type Finding, type HealthClass, HealthError, type Sample } from './check.js'
export { networkError } from './network.js'
export { type Opening, type PersistentConnection, persistentConnection } from './persistent-connection.js'
export { type Connection, runSidecar, type SidecarSpec } from './sidecar.js'

export { leaseFolder, newestClaim, operate } from './files.js'
export type { Action, Answer, Claim, Config, Event, Operation, Owner, Role, State } from './protocol.js'
export { initial, step } from './step.js'
export { profiles, type Timings } from './timings.js'

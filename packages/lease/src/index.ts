export { leaseFolder, newestClaim, operate } from './files.js'
export type {
  Action,
  Answer,
  Claim,
  Config,
  Event,
  FenceOperation,
  Operation,
  Owner,
  Role,
  State,
  VolumeOperation,
} from './protocol.js'
export { dueAt, initial, step } from './step.js'
export { profiles, type Timings } from './timings.js'

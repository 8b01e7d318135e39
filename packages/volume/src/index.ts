export { isData } from './data.js'
export { errnoMeaning } from './errno.js'
export { isNfs, type Mount, mountOf, nfsCounters } from './mounts.js'
export { isLow, mebibytes, type Space, spaceOf } from './space.js'

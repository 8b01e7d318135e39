// What takes long to make is kept for every checkout on this machine; a lock has it made once. Documented in index.d.mts.
export { cacheFolder, cachePath, once } from './cache.mjs'
export { digestOf } from './digest.mjs'
export { withLock } from './lock.mjs'

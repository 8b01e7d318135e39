import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cacheFolder } from './cache.mjs'

const own = join('helm-unittest', `9.9.9-${process.platform}-${process.arch}`)

test.each([
  ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/var/cache' }, '/var/cache'],
  ['the home folder without one', {}, join(homedir(), '.cache')],
  ['the home folder for an empty one', { XDG_CACHE_HOME: '' }, join(homedir(), '.cache')],
  ['the home folder for a relative one', { XDG_CACHE_HOME: 'cache' }, join(homedir(), '.cache')],
])('the cache lies in %s', (_, env, base) => {
  expect(cacheFolder(env, '9.9.9')).toBe(join(base, own))
})

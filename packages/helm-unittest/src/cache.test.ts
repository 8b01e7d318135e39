import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cacheFolder } from './cache.mjs'

const own = join('helm-unittest', `9.9.9-${process.platform}-${process.arch}`)

test.each([
  ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/var/cache' }, '/var/cache'],
  ['the home folder without it', {}, join(homedir(), '.cache')],
  ['the home folder if it is empty', { XDG_CACHE_HOME: '' }, join(homedir(), '.cache')],
  ['the home folder if it is relative', { XDG_CACHE_HOME: 'cache' }, join(homedir(), '.cache')],
])('the cache is in %s', (_, env, base) => {
  expect(cacheFolder(env, '9.9.9')).toBe(join(base, own))
})

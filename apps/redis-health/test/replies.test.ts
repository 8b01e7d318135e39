import { expect, test } from 'vitest'
import {
  begin,
  classesIn,
  connectTo,
  expectClass,
  expectNoRestart,
  expectProbes,
  limitMs,
  startServer,
  watch,
} from '../testing/redis-sidecar.js'

const timeout = 120_000

test('without its password, Redis is `auth`, and alive', { timeout }, async () => {
  const pair = await watch(await startServer(['--requirepass', 'secret']))
  await expectClass(pair, 'NOAUTH', 'ping', 'auth')
  for (const check of ['write', 'info']) await pair.sidecar.untilClass(check, 'auth', limitMs)
  await expectProbes(pair, [200, 200, 200], 'warn: ping is auth: NOAUTH Authentication required.')
  await expectNoRestart(pair)
})

test('with a wrong password Redis is `auth`, and alive', { timeout }, async () => {
  const pair = await watch(await startServer(['--requirepass', 'secret']), { REDIS_PASSWORD: 'wrong' })
  await expectClass(pair, 'WRONGPASS', 'ping', 'auth')
  for (const check of ['write', 'info']) await pair.sidecar.untilClass(check, 'auth', limitMs)
  await expectProbes(pair, [200, 200, 200], 'warn: ping is auth: WRONGPASS')
  await expectNoRestart(pair)
})

test('a Redis that loads its data set is `starting`, and alive', { timeout }, async () => {
  // It takes half a millisecond for each key, and looks up from its reading every KiB.
  const slowly = ['--key-load-delay', '500', '--loading-process-events-interval-bytes', '1024']
  const pair = await begin([...slowly, '--save', ''])
  const client = connectTo(pair.server)
  await client.eval("for i = 1, 30000 do redis.call('SET', i, i) end", 0)
  await client.save()
  await pair.server.kill()
  await expectClass(pair, 'killed', 'ping', 'refused')
  await expectProbes(pair, [503, 503, 200], 'ping is refused')
  await pair.server.launch()
  await expectClass(pair, 'LOADING', 'ping', 'starting')
  for (const check of ['write', 'info']) await pair.sidecar.untilClass(check, 'starting', limitMs)
  await expectProbes(pair, [200, 503, 200], 'ping is starting: LOADING')
  await expectNoRestart(pair)
  await expectProbes(pair, [200, 503, 200], 'ping is starting: LOADING')
  await pair.sidecar.until('/readyz', 200, limitMs)
})

test('a Redis that is busy with a script is `saturated`, alive, and well when the script has ended', {
  timeout,
}, async () => {
  const pair = await begin(['--busy-reply-threshold', '100'])
  const client = connectTo(pair.server)
  client.eval('while true do end', 0).catch(() => {})
  await expectClass(pair, 'BUSY', 'ping', 'saturated')
  await expectProbes(pair, [200, 200, 200], 'warn: ping is saturated: BUSY')
  await expectNoRestart(pair)
  await connectTo(pair.server).script('KILL')
  await pair.sidecar.untilClass('ping', 'up', limitMs)
})

test('a Redis on which only writes block is not ready, and alive', { timeout }, async () => {
  const pair = await begin()
  await connectTo(pair.server).client('PAUSE', 60_000, 'WRITE')
  await expectClass(pair, 'paused', 'write', 'frozen')
  await pair.sidecar.untilClass('ping', 'up', limitMs)
  await expectProbes(pair, [200, 503, 200], 'write is frozen: ')
  expect(classesIn(pair)).not.toContain('refused') // the checks share a connection, which the impatient one ends
  await connectTo(pair.server).client('UNPAUSE')
  await pair.sidecar.until('/readyz', 200, limitMs)
  expect((await pair.sidecar.get('/livez')).status).toBe(200)
})

test('a frozen Redis may be restarted after a while', { timeout }, async () => {
  const pair = await begin()
  const frozen = performance.now()
  await pair.server.freeze()
  await expectClass(pair, 'SIGSTOP', 'ping', 'frozen')
  await expectProbes(pair, [200, 503, 200], 'ping is frozen: no response within 800 ms')
  await pair.sidecar.until('/livez', 503, limitMs)
  console.log(`SIGSTOP: /livez is 503 after ${Math.round(performance.now() - frozen)} ms`)
  for (const check of ['write', 'info']) await expectClass(pair, 'SIGSTOP', check, 'frozen')
  await expectProbes(pair, [200, 503, 503], 'write is frozen')
  expect(classesIn(pair)).toEqual(['frozen'])
  await pair.server.thaw()
  await pair.sidecar.until('/readyz', 200, limitMs)
  await expectProbes(pair, [200, 200, 200], '')
})

test('a Redis that froze before its first reply counts as not started, and is left alone', {
  timeout,
}, async () => {
  const server = await startServer()
  await server.freeze()
  const pair = await watch(server)
  await expectClass(pair, 'SIGSTOP before the first word', 'ping', 'frozen')
  await expectProbes(pair, [503, 503, 200], 'ping is frozen')
  await server.thaw()
  await pair.sidecar.until('/readyz', 200, limitMs)
})

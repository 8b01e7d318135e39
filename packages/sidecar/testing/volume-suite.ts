import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasEnded, stateOf } from './processes.js'
import type { TestServer } from './server.js'
import { type Answer, type Env, type Sidecar, startSidecar } from './sidecar.js'
import { createVolume, type Volume } from './volume.js'
import { until } from './wait.js'

export interface VolumeSuiteInput<S extends TestServer> {
  /** Folder of the sidecar's app. */
  app: URL
  /** Of the volume. */
  megabytes: number
  /** @param volume where its data shall be */
  createServer(volume: Volume): Promise<S>
  /** Settings with which the sidecar finds the server. */
  env(server: S): Env
}

const frozenAfterMs = 2_000

/** Much longer than /livez would pass for a silent server whose volume is well: 2 s, and 2 s to notice. */
const patienceMs = 4 * frozenAfterMs

/** From anything that happens to the volume until it is told. */
const seenMs = 10_000

/** What every sidecar does while its server's volume is unwell: told here once, tested with each server. */
export function testVolume<S extends TestServer>({
  app,
  megabytes,
  createServer,
  env,
}: VolumeSuiteInput<S>): void {
  describe('while its volume is unwell', { timeout: 300_000 }, () => {
    let volume: Volume
    let server: S
    let sidecar: Sidecar

    beforeAll(async () => {
      volume = await createVolume(megabytes)
      server = await createServer(volume)
      await server.start()
    }, 300_000)
    afterEach(() => sidecar?.remove())
    afterAll(async () => {
      await volume?.heal() // nothing that waits for it can be ended before
      await server?.remove()
      await volume?.remove()
    }, 120_000)

    async function begin() {
      sidecar = await startSidecar(app, {
        HEALTH_FROZEN_AFTER_SECONDS: frozenAfterMs / 1000,
        HEALTH_STORAGE_PATH: join(volume.path, 'health'),
        ...env(server),
      })
      await sidecar.until('/readyz', 200, 60_000)
      await sidecar.untilClass('storage', 'up', seenMs)
    }

    /** Waits for a class of the storage, and says when, and what /readyz says. */
    async function untilUnwell(what: string, wanted: string) {
      const begun = performance.now()
      await sidecar.untilClass('storage', wanted, seenMs)
      const { body } = await sidecar.get('/readyz')
      expect(body).toContain(`storage is ${wanted}: `)
      console.log(`${what}: ${wanted} after ${Math.round(performance.now() - begun)} ms, ${body.trim()}`)
    }

    test('hung: not ready, never restarted, no second canary, answers at once, and is well again by itself', async () => {
      await begin()
      const canaries = sidecar.children()
      expect(canaries).toHaveLength(1)
      const livez = poll(sidecar, '/livez')
      let readyz: Poll | undefined
      try {
        await volume.hang()
        await untilUnwell('hung', 'storage-hung')
        readyz = poll(sidecar, '/readyz')
        await pause(patienceMs)
        expect(sidecar.children()).toEqual(canaries)
        console.log(`hung, later: ${(await sidecar.get('/readyz')).body.trim()}`)

        await server.freeze() // whatever it can do without its volume, now it does nothing
        await pause(patienceMs)
        expect(sidecar.children()).toEqual(canaries)
        expect((await sidecar.get('/status')).body).toContain('"class": "frozen"')
        const answers = await readyz.stop()
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
        expectNoWaiting('/readyz while it hangs', answers)
      } finally {
        await readyz?.stop()
        await volume.heal()
        await server.thaw()
      }
      const back = await sidecar.until('/readyz', 200, 60_000)
      console.log(`hung: ready ${Math.round(back)} ms after the end`)
      expect(sidecar.children()).toEqual(canaries)
      const answers = await livez.stop()
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expectNoWaiting('/livez while it hangs', answers)
    })

    test('hung: it ends on SIGTERM all the same, and its canary when the volume answers', async () => {
      await begin()
      const [canary = 0] = sidecar.children()
      try {
        await volume.hang()
        await untilUnwell('hung', 'storage-hung')
        const asked = performance.now()
        sidecar.signal('SIGTERM')
        expect(await sidecar.exit).toMatchObject({ code: 0, signal: null })
        const ms = performance.now() - asked
        console.log(`hung: ended ${Math.round(ms)} ms after SIGTERM`)
        expect(ms).toBeLessThan(5_000)
        expect(stateOf(canary)).toBe('D')
      } finally {
        await volume.heal()
      }
      await until('the canary had ended', () => hasEnded(canary), 5_000)
    })

    test('full: a warning, never restarted, and well again when there is room', async () => {
      await begin()
      const livez = poll(sidecar, '/livez')
      try {
        await volume.fill()
        await untilUnwell('full', 'persistence')
        const { status, body } = await sidecar.get('/readyz')
        expect(status).toBe(200) // what is there can be read
        expect(body).toContain('failed with ENOSPC')
        await pause(patienceMs)
      } finally {
        volume.empty()
      }
      const back = await sidecar.untilClass('storage', 'up', 60_000)
      console.log(`full: well ${Math.round(back)} ms after the end`)
      expect(new Set((await livez.stop()).map(({ status }) => status))).toEqual(new Set([200]))
    })

    test('well: a server that is frozen may be restarted after the set time', async () => {
      await begin()
      const frozen = performance.now()
      await server.freeze()
      try {
        await sidecar.until('/livez', 503, frozenAfterMs + 8_000)
        const ms = performance.now() - frozen
        console.log(`well, server frozen: /livez 503 after ${Math.round(ms)} ms`)
        expect(ms).toBeGreaterThan(frozenAfterMs)
        expect((await sidecar.get('/status')).body).toMatch(
          /"storage:responseTime": \[\s*\{[^}]*"class": "up"/,
        )
      } finally {
        await server.thaw()
      }
      await sidecar.until('/readyz', 200, 30_000)
    })

    // The last one: its volume stays so.
    test('read-only: told, never restarted', async () => {
      await begin()
      const livez = poll(sidecar, '/livez')
      await volume.failReadOnly()
      await untilUnwell('read-only', 'readonly')
      await pause(patienceMs)
      expect(new Set((await livez.stop()).map(({ status }) => status))).toEqual(new Set([200]))
    })
  })
}

interface Poll {
  /** Ends it and returns what it was answered. */
  stop(): Promise<Answer[]>
}

/** Asks again and again, some 30 times a second. */
function poll(sidecar: Sidecar, path: string): Poll {
  const answers: Answer[] = []
  let stopped = false
  async function ask() {
    while (!stopped) {
      answers.push(await sidecar.get(path))
      await pause(30)
    }
  }
  const asking = ask()
  asking.catch(() => {}) // told by `stop`
  return {
    async stop() {
      stopped = true
      await asking
      return answers
    },
  }
}

/**
 * A request that waited for the volume or the server would take up to the deadline of its check, a second and more. One
 * that a busy machine delays says nothing: `npm run bench:sidecars` measures how late the slowest are.
 */
function expectNoWaiting(what: string, answers: readonly Answer[]) {
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  const [p50, p99, max] = [at(0.5), at(0.99), at(1)].map(ms => ms.toFixed(1))
  console.log(`${what}: ${sorted.length} answers, p50 ${p50}, p99 ${p99}, longest ${max} ms`)
  expect(sorted.length).toBeGreaterThan(50)
  expect(at(0.5)).toBeLessThan(100)
}

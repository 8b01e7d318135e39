import { setTimeout as pause } from 'node:timers/promises'
import {
  codes,
  createPostgres,
  type Postgres,
  type Sidecar,
  unusable,
  usable,
} from '@bluecore/sidecar/testing'
import type { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { beside, column, connectAs, expectClass, limitMs, type Version } from './postgres-sidecar.js'

export function testFrozen(version: Version): void {
  describe(`PostgreSQL ${version}`, { timeout: 120_000 }, () => {
    let server: Postgres
    let sidecar: Sidecar
    let admin: Client

    beforeAll(async () => {
      server = await createPostgres([], undefined, version)
      await server.start()
      admin = await connectAs(server)
    }, 120_000)
    afterEach(() => sidecar?.remove())
    afterAll(() => server?.remove())

    async function begin() {
      sidecar = await beside(server)
      await sidecar.until('/readyz', 200, limitMs)
    }

    test('a process that hangs is left for another one, and /readyz does not flap', async () => {
      await begin()
      const kept = "SELECT pid FROM pg_stat_activity WHERE application_name = 'postgres-health'"
      const [pid] = (await column(admin, kept)) as [number]
      process.kill(pid, 'SIGSTOP')
      try {
        const hung = performance.now()
        const runs = async () => {
          expect(await codes(sidecar)).toEqual(usable)
          const { body } = await sidecar.get('/metrics')
          return (
            body.includes('bluecore_check_runs_total{check="kept-connection",class="frozen"} 1\n') &&
            (await column(admin, kept)).some(other => other !== pid)
          )
        }
        await expect.poll(runs, { timeout: limitMs, interval: 50 }).toBe(true)
        console.log(
          `one process hangs: another one is asked after ${Math.round(performance.now() - hung)} ms`,
        )
        await expect
          .poll(async () => JSON.parse((await sidecar.get('/status?verbose')).body), { timeout: limitMs })
          .toMatchObject({ checks: { 'kept-connection:responseTime': [{ lastRun: { class: 'up' } }] } })
        expect(await codes(sidecar)).toEqual(usable)
      } finally {
        process.kill(pid, 'SIGCONT')
      }
    })

    test('a postmaster that hangs lets nobody in: `frozen`, but alive, as the others answer', async () => {
      sidecar = await beside(server, { HEALTH_FROZEN_AFTER_SECONDS: 2 })
      await sidecar.until('/readyz', 200, limitMs)
      const postmaster = server.pid()
      process.kill(postmaster, 'SIGSTOP')
      try {
        await expectClass(sidecar, 'the postmaster hangs', 'fresh-connection', 'frozen', 45_000)
        expect(await codes(sidecar)).toEqual(unusable)
        expect((await sidecar.get('/readyz')).body).toBe(
          'fail: fresh-connection is frozen: no response within 2500 ms\n',
        )
        const late = performance.now() + 6_000
        while (performance.now() < late) {
          expect(await codes(sidecar)).toEqual(unusable)
          await pause(100)
        }
      } finally {
        process.kill(postmaster, 'SIGCONT')
      }
      await expectClass(sidecar, 'the postmaster hangs no more', 'fresh-connection', 'up')
      expect(await codes(sidecar)).toEqual(usable)
    })

    test('a lock that newcomers wait for is `frozen`, and they do not pile up behind it', async () => {
      const blocker = await connectAs(server)
      // A connection that the last test's sidecar was opening may wait for the lock too. Were it to count, the server would
      // answer that the role has no connection left.
      await blocker.query('ALTER ROLE health CONNECTION LIMIT 6')
      await blocker.query('BEGIN; LOCK pg_class IN ACCESS EXCLUSIVE MODE')
      try {
        sidecar = await beside(server)
        await expectClass(sidecar, 'newcomers wait', 'fresh-connection', 'frozen', 10_000)
        const why = (await sidecar.get('/status?verbose')).body
        expect(await codes(sidecar), why).toEqual({ startupz: 503, readyz: 503, livez: 200 }) // nobody has been let in yet
        await pause(10_000)
        const waiting = "SELECT pid FROM pg_locks WHERE relation = 'pg_class'::regclass AND NOT granted"
        expect((await column(blocker, waiting)).length).toBeLessThanOrEqual(5) // of three checks, one every second
      } finally {
        await blocker.end()
        await admin.query('ALTER ROLE health CONNECTION LIMIT 3')
      }
      await sidecar.until('/readyz', 200, limitMs)
    })

    test('a server that hangs as a whole is `frozen`', async () => {
      await begin()
      await server.freeze()
      try {
        await expectClass(sidecar, 'the server hangs', 'kept-connection', 'frozen', 4_000)
        expect(await codes(sidecar)).toEqual(unusable) // it has been silent for less than a minute
      } finally {
        await server.thaw()
      }
      await sidecar.until('/readyz', 200, limitMs)
    })
  })
}

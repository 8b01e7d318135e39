import {
  codes,
  createPostgres,
  metric,
  type Postgres,
  type Sidecar,
  untilReadyzSays,
  unusable,
  usable,
} from '@bluecore/sidecar/testing'
import type { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { beside, column, connectAs, expectClass, limitMs, type Version } from './postgres-sidecar.js'

const commits = 'bluecore_check_step_duration_seconds_count{check="fresh-connection",step="commit"}'
const connects = 'bluecore_check_step_duration_seconds_count{check="fresh-connection",step="connect"}'

export function testWrite(version: Version): void {
  describe(`PostgreSQL ${version}`, { timeout: 180_000 }, () => {
    let server: Postgres
    let sidecar: Sidecar
    let admin: Client

    beforeAll(async () => {
      // Nobody else writes: no autovacuum, and no checkpoint within the hour.
      const quiet = ['autovacuum=off', 'checkpoint_timeout=1h', 'wal_writer_delay=10s']
      server = await createPostgres(quiet, undefined, version)
      await server.start()
      admin = await connectAs(server)
    }, 120_000)
    afterEach(() => sidecar?.remove())
    afterAll(() => server?.remove())

    async function flushed(): Promise<number> {
      const [lsn] = await column(admin, "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::float8")
      return lsn as number
    }
    const visitors = () =>
      column(
        admin,
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'postgres-health fresh-connection'",
      )

    test('the canary is on disk when it is answered, and its connection ends', async () => {
      const before = await flushed()
      sidecar = await beside(server)
      await expect.poll(() => metric(sidecar, commits), { timeout: limitMs }).toBeGreaterThan(0)
      expect(await flushed()).toBeGreaterThan(before)
      await expect.poll(visitors, { timeout: limitMs }).toEqual([])
      await sidecar.until('/readyz', 200, limitMs)
      expect(await codes(sidecar)).toEqual(usable)
      const { checks } = JSON.parse((await sidecar.get('/status?verbose')).body)
      const { steps } = checks['fresh-connection:responseTime'][0].lastRun
      console.log(`a canary: ${JSON.stringify(steps)} ms`)
      expect(steps).toEqual({ connect: expect.any(Number), commit: expect.any(Number) })
    })

    test('where transactions are read-only it only connects', async () => {
      await admin.query('ALTER ROLE health SET default_transaction_read_only = on')
      const before = await flushed()
      sidecar = await beside(server)
      await expect.poll(() => metric(sidecar, connects), { timeout: limitMs }).toBeGreaterThan(0)
      expect(await metric(sidecar, commits)).toBeUndefined()
      expect(await flushed()).toBe(before)
      await sidecar.untilClass('fresh-connection', 'up', limitMs)
      await untilReadyzSays(sidecar, 'warn: kept-connection is readonly: transactions are read-only', limitMs)
      expect(await codes(sidecar)).toEqual(usable)
      await admin.query('ALTER ROLE health RESET default_transaction_read_only')
    })

    test('a commit that does not end is `frozen`; nobody waits beside it, and it is well when that has ended', async () => {
      // A commit that waits for a standby which is not there: to its client it looks like one that waits for its disk.
      await admin.query("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
      await admin.query('SELECT pg_reload_conf()')
      sidecar = await beside(server)
      await expectClass(sidecar, 'a commit hangs', 'fresh-connection', 'frozen')
      const [stuck, ...others] = await visitors()
      expect(others).toEqual([])
      await untilReadyzSays(
        sidecar,
        `fail: fresh-connection is frozen: backend ${stuck} has not finished an earlier statement of this check in 5 s`,
        limitMs,
      )
      await untilReadyzSays(
        sidecar,
        `backend ${stuck} has not finished an earlier statement of this check in 10 s`,
        limitMs,
      )
      await expect.poll(visitors, { timeout: 1_000 }).toEqual([stuck])
      expect(await codes(sidecar)).toEqual(unusable)
      await admin.query('ALTER SYSTEM RESET synchronous_standby_names')
      await admin.query('SELECT pg_reload_conf()')
      await expectClass(sidecar, 'the commit has ended', 'fresh-connection', 'up')
      await sidecar.until('/readyz', 200, limitMs)
    })

    test('a role without a free connection is `auth`: others may come in', async () => {
      sidecar = await beside(server)
      for (const check of ['kept-connection', 'fresh-connection', 'internals'])
        await sidecar.untilClass(check, 'up', limitMs) // only the first of them keeps its connection
      // The server frees a connection only after its client has closed it.
      const takeConnection = () => vi.waitFor(() => connectAs(server, 'health'), limitMs)
      const clients = [await takeConnection(), await takeConnection()]
      await untilReadyzSays(
        sidecar,
        'warn: fresh-connection is auth: too many connections for role "health" (SQLSTATE 53300)',
        2 * limitMs, // it is asked every 30 s
      )
      expect(await codes(sidecar)).toEqual(usable)
      await sidecar.remove()
      clients.push(await takeConnection())
      sidecar = await beside(server) // which gets no connection to keep
      await untilReadyzSays(sidecar, 'warn: kept-connection is auth: too many connections for role', limitMs)
      expect(await codes(sidecar)).toEqual(usable)
      for (const client of clients) await client.end()
    })
  })
}

import {
  codes,
  createPostgres,
  metric,
  type Postgres,
  type Sidecar,
  untilReadyzSays,
  usable,
} from '@bluecore/sidecar/testing'
import type { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { beside, column, connectAs, limitMs, type Version } from './postgres-sidecar.js'

const checkpointsOf = {
  10: {
    metric: 'pg_stat_bgwriter_checkpoints_req_total',
    view: 'SELECT checkpoints_req FROM pg_stat_bgwriter',
  },
  18: {
    metric: 'pg_stat_checkpointer_num_requested_total',
    view: 'SELECT num_requested FROM pg_stat_checkpointer',
  },
}

export function testInternals(version: Version): void {
  describe(`PostgreSQL ${version}`, { timeout: 180_000 }, () => {
    let server: Postgres
    let sidecar: Sidecar
    let admin: Client
    const clients: Client[] = []

    beforeAll(async () => {
      const archiving = ['archive_mode=on', 'max_prepared_transactions=2']
      server = await createPostgres(archiving, undefined, version)
      await server.start()
      admin = await connectAs(server)
    }, 120_000)
    afterEach(async () => {
      for (const client of clients.splice(0)) await client.end()
      await sidecar?.remove()
    })
    afterAll(() => server?.remove())

    async function enter(): Promise<Client> {
      const client = await connectAs(server)
      clients.push(client)
      return client
    }

    /** Starts a sidecar, which asks at once, and waits for its answer. */
    async function begin() {
      sidecar = await beside(server)
      await sidecar.untilClass('internals', 'up', limitMs)
      await sidecar.until('/readyz', 200, limitMs)
    }

    test('a role with pg_monitor and nothing else sees all of it', async () => {
      const checkpoints = checkpointsOf[version]
      await admin.query('CHECKPOINT')
      // Version 10 tells it up to 500 ms later.
      await expect
        .poll(async () => Number((await column(admin, checkpoints.view))[0]), { timeout: limitMs })
        .toBeGreaterThan(0)
      await begin()
      expect(await codes(sidecar)).toEqual(usable)
      expect(await metric(sidecar, 'pg_settings_server_version_num')).toBe(
        { 10: 100023, 18: 180004 }[version],
      )
      expect(await metric(sidecar, 'pg_wal_segments')).toBeGreaterThan(0)
      expect(await metric(sidecar, 'pg_wal_size_bytes')).toBeGreaterThanOrEqual(16 * 2 ** 20)
      expect(await metric(sidecar, 'pg_stat_archiver_failed_count')).toBe(0)
      expect(await metric(sidecar, 'pg_database_wraparound_age_datfrozenxid')).toBeGreaterThan(0)
      expect(await metric(sidecar, checkpoints.metric)).toBeGreaterThan(0)
      expect(await metric(sidecar, 'pg_replication_lag_seconds')).toBe(0)
      expect(await metric(sidecar, 'pg_long_running_transactions')).toBe(0)
      expect(await metric(sidecar, 'pg_locks_waiting')).toBe(0)
      expect((await sidecar.get('/readyz')).body).toBe('pass: all checks pass\n')
    })

    test('an open transaction and one that is prepared are counted, with the age of the older one', async () => {
      await admin.query("BEGIN; SELECT txid_current(); PREPARE TRANSACTION 'forgotten'")
      const open = await enter()
      await open.query('BEGIN; SELECT txid_current()')
      await begin()
      expect(await metric(sidecar, 'pg_long_running_transactions')).toBe(2)
      const age = await metric(sidecar, 'pg_long_running_transactions_oldest_timestamp_seconds')
      expect(age).toBeGreaterThan(0.1)
      expect(age).toBeLessThan(60)
      await admin.query("ROLLBACK PREPARED 'forgotten'")
    })

    test('who waits for a lock is counted', async () => {
      const [holder, waiter] = [await enter(), await enter()]
      await holder.query('BEGIN; SELECT pg_advisory_xact_lock(1)')
      const waiting = waiter.query('SELECT pg_advisory_xact_lock(1)')
      await begin()
      expect(await metric(sidecar, 'pg_locks_waiting')).toBe(1)
      expect(await metric(sidecar, 'pg_locks_waiting_longest_seconds')).toBeGreaterThan(0.1)
      await holder.query('ROLLBACK')
      await waiting
    })

    test('an inactive slot shows what it keeps', async () => {
      await admin.query("SELECT pg_create_physical_replication_slot('abandoned', true)")
      await admin.query('SELECT pg_switch_wal()')
      await begin()
      expect(await metric(sidecar, 'pg_replication_slots_count')).toBe(1)
      expect(await metric(sidecar, 'pg_replication_slots_pg_wal_lsn_diff')).toBeGreaterThan(1000)
      await admin.query("SELECT pg_drop_replication_slot('abandoned')")
    })

    test('archiving that fails is a warning, until it works again', async () => {
      const archive = async (command: string) => {
        await admin.query(`ALTER SYSTEM SET archive_command = '${command}'`)
        await admin.query('SELECT pg_reload_conf()')
        await admin.query(`CREATE TABLE IF NOT EXISTS written (); DROP TABLE written; SELECT pg_switch_wal()`)
      }
      await archive('false')
      const failed = 'SELECT failed_count > 0 FROM pg_stat_archiver'
      await expect.poll(async () => await column(admin, failed), { timeout: limitMs }).toEqual([true])
      await begin()
      await untilReadyzSays(sidecar, 'warn: internals warns: archiving fails (', limitMs)
      expect(await codes(sidecar)).toEqual(usable)
      expect(await metric(sidecar, 'pg_stat_archiver_failed_count')).toBeGreaterThan(0)
      expect(await metric(sidecar, 'bluecore_check_warnings{check="internals"}')).toBe(1)
      await archive('true')
      await expect
        .poll(async () => (await sidecar.get('/readyz')).body, { timeout: 90_000, interval: 500 })
        .toBe('pass: all checks pass\n')
    })
  })
}

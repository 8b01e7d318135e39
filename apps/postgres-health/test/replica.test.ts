import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codes, createPostgres, metric, type Postgres, type Sidecar, usable } from '@bluecore/sidecar/testing'
import { afterEach, expect, test } from 'vitest'
import { beside, expectClass, limitMs, versions } from '../testing/postgres-sidecar.js'

let sidecars: Sidecar[] = []
let servers: Postgres[] = []

afterEach(async () => {
  for (const sidecar of sidecars) await sidecar.remove()
  for (const server of servers) await server.remove()
  sidecars = []
  servers = []
})

/** A primary and a standby that has begun as a copy of it; both run. */
async function createPair(version: 10 | 18): Promise<[primary: Postgres, standby: Postgres]> {
  const primary = await createPostgres([], undefined, version)
  servers.push(primary)
  const upstream = `host=127.0.0.1 port=${primary.port} user=postgres password=''${primary.password}''`
  const newer = version === 18 ? [`primary_conninfo=${upstream.replaceAll("''", "'")}`] : []
  const standby = await createPostgres(newer, undefined, version)
  servers.push(standby)
  const data = join(standby.folder, 'data')
  rmSync(data, { recursive: true })
  execFileSync('cp', ['-a', join(primary.folder, 'data'), data])
  if (version === 18) writeFileSync(join(data, 'standby.signal'), '')
  else writeFileSync(join(data, 'recovery.conf'), `standby_mode = 'on'\nprimary_conninfo = '${upstream}'\n`)
  await primary.start()
  return [primary, standby]
}

test.each(versions)(
  'a standby of PostgreSQL %i is `readonly` and shows how late it is; its primary is well',
  {
    timeout: 120_000,
  },
  async version => {
    const [primary, standby] = await createPair(version)
    await standby.launch()
    const [besidePrimary, besideStandby] = [await beside(primary), await beside(standby)]
    sidecars = [besidePrimary, besideStandby]
    await expectClass(besideStandby, 'a standby', 'kept-connection', 'readonly')
    await besideStandby.untilClass('fresh-connection', 'up', limitMs)
    await besideStandby.untilClass('internals', 'up', limitMs)
    expect(await codes(besideStandby)).toEqual(usable)
    expect((await besideStandby.get('/readyz')).body).toContain(
      'warn: kept-connection is readonly: it is in recovery and accepts no writes',
    )
    expect(await metric(besideStandby, 'pg_replication_is_replica')).toBe(1)
    expect(await metric(besideStandby, 'pg_replication_lag_seconds')).toBeGreaterThanOrEqual(0)

    await besidePrimary.until('/readyz', 200, limitMs)
    expect(await codes(besidePrimary)).toEqual(usable)
    const lag = () => metric(besidePrimary, 'pg_stat_replication_pg_wal_lsn_diff')
    await expect.poll(lag, { timeout: 40_000, interval: 200 }).toBeGreaterThanOrEqual(0)
    expect(await metric(besidePrimary, 'pg_stat_replication_count')).toBe(1)
  },
)

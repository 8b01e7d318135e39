import { expect, test } from 'vitest'
import { locksFinding } from './locks.js'
import { replicationFinding } from './replication.js'
import { transactionsFinding } from './transactions.js'
import { walFinding } from './wal.js'

const quiet = { count: 1, oldest: 3_600, xid_age: 999_999_999, mxid_age: 0 }

test.each([
  ['all is young enough', {}, []],
  [
    'a transaction is open for more than an hour',
    { oldest: 3_661 },
    ['a transaction has been open for 61 min: VACUUM cannot remove dead rows'],
  ],
  [
    'half of the transaction numbers are used up',
    { xid_age: 1_000_000_000 },
    ['the oldest transaction ID is 1000000000 old: at 2000000000 writes are refused; run VACUUM'],
  ],
  [
    'half of the multixact numbers are used up',
    { mxid_age: 1_500_000_000 },
    ['the oldest multixact ID is 1500000000 old: at 2000000000 writes are refused; run VACUUM'],
  ],
])('transactions: %s', (_, row, warnings) => {
  expect(transactionsFinding({ ...quiet, ...row }).warnings).toEqual(warnings)
})

test.each([
  [60, []],
  [61.5, ['2 sessions wait for a lock, the longest-running statement for 61 s']],
])('locks: somebody waits for %d s', (longest, warnings) => {
  expect(locksFinding({ waiting: 2, longest })).toEqual({
    samples: [
      { name: 'locks_waiting', value: 2 },
      { name: 'locks_waiting_longest_seconds', value: longest },
    ],
    warnings,
  })
})

const alone = {
  lag_seconds: 0,
  standbys: 0,
  lag_bytes: null,
  slots: 0,
  retained_bytes: null,
  abandoned_bytes: null,
}

test('replication: without standbys and slots there is nothing to be late', () => {
  expect(replicationFinding(alone)).toEqual({
    samples: [
      { name: 'replication_lag_seconds', value: 0 },
      { name: 'stat_replication_count', value: 0 },
      { name: 'replication_slots_count', value: 0 },
    ],
    warnings: [],
  })
})

test.each([
  ['a slot that is read may keep much', 2 ** 31, 0, []],
  ['an inactive slot may keep a GiB', 2 ** 30, 2 ** 30, []],
  ['an inactive slot keeps more', 2 ** 31, 2 ** 31, ['an inactive replication slot retains 2048 MiB of WAL']],
])('replication: %s', (_, retained_bytes, abandoned_bytes, warnings) => {
  const finding = replicationFinding({ ...alone, slots: 2, lag_bytes: 7, retained_bytes, abandoned_bytes })
  expect(finding.samples).toContainEqual({ name: 'stat_replication_pg_wal_lsn_diff', value: 7 })
  expect(finding.samples).toContainEqual({ name: 'replication_slots_pg_wal_lsn_diff', value: retained_bytes })
  expect(finding.warnings).toEqual(warnings)
})

test.each([
  [false, []],
  [true, ['archiving fails (3 times so far): 5 WAL files of 80 MiB in total are kept']],
])('wal: the last attempt to archive failed: %s', (failing, warnings) => {
  const row = { segments: 5, bytes: 80 * 2 ** 20, archived: 9, failed: 3, failing }
  expect(walFinding(row).warnings).toEqual(warnings)
})

import { expect, test } from 'vitest'
import { growthWarnings, heapWarnings, type NodeStats } from './node-stats.js'

function stats({ used = 50, tripped = 0, rejected = 0, uptime = 60_000 } = {}): NodeStats {
  return {
    jvm: {
      uptime_in_millis: uptime,
      mem: { heap_used_in_bytes: used, heap_max_in_bytes: 100 },
      gc: { collectors: {} },
    },
    breakers: { parent: { limit_size_in_bytes: 95, estimated_size_in_bytes: used, tripped } },
    thread_pool: { search: { queue: 0, rejected }, flush: { queue: 0, rejected } },
    fs: { total: { total_in_bytes: 100, available_in_bytes: 50 } },
    process: { open_file_descriptors: 1, max_file_descriptors: 2, cpu: { percent: 0 } },
  }
}

test('a heap that is nearly full warns, and says what will happen', () => {
  expect(heapWarnings(stats({ used: 89 }))).toEqual([])
  const warning = 'the heap is 90 % full; requests are rejected from 95 % on'
  expect(heapWarnings(stats({ used: 90 }))).toEqual([warning])
})

test.each<[string, NodeStats | undefined, NodeStats, string[]]>([
  ['the first look', undefined, stats({ tripped: 5, rejected: 5 }), []],
  ['nothing new', stats({ tripped: 5, rejected: 5 }), stats({ tripped: 5, rejected: 5 }), []],
  [
    'both grew',
    stats({ tripped: 5, rejected: 5 }),
    stats({ tripped: 7, rejected: 8 }),
    [
      'the breaker parent has tripped 2 times since the last check',
      'the pool search has rejected 3 requests since the last check',
    ],
  ],
  ['another process', stats({ tripped: 5 }), stats({ tripped: 7, uptime: 1_000 }), []],
])('%s', (_, before, now, expected) => expect(growthWarnings(before, now)).toEqual(expected))

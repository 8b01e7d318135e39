import type { Sample } from '@bluecore/sidecar'
import type { Room } from './watermarks.js'

/** Of one node in the answer of `GET /_nodes/stats`, what is used here. */
export interface NodeStats {
  jvm: {
    uptime_in_millis: number
    mem: { heap_used_in_bytes: number; heap_max_in_bytes: number }
    gc: { collectors: Record<string, { collection_count: number; collection_time_in_millis: number }> }
  }
  breakers: Record<string, { limit_size_in_bytes: number; estimated_size_in_bytes: number; tripped: number }>
  thread_pool: Record<string, { queue: number; rejected: number }>
  fs: { total: Room }
  process: { open_file_descriptors: number; max_file_descriptors: number; cpu: { percent: number } }
}

/** The pools whose rejections affect users or administrators. */
const pools = ['get', 'management', 'search', 'snapshot', 'write'] as const

/** The node in numbers, named as elasticsearch_exporter names them. */
export function samplesOf({ jvm, breakers, thread_pool, fs, process }: NodeStats): Sample[] {
  const heap = { area: 'heap' }
  return [
    { name: 'jvm_memory_used_bytes', value: jvm.mem.heap_used_in_bytes, labels: heap },
    { name: 'jvm_memory_max_bytes', value: jvm.mem.heap_max_in_bytes, labels: heap },
    ...Object.entries(jvm.gc.collectors).flatMap(([gc, { collection_count, collection_time_in_millis }]) => [
      counter('jvm_gc_collection_seconds_count', collection_count, { gc }),
      counter('jvm_gc_collection_seconds_sum', collection_time_in_millis / 1000, { gc }),
    ]),
    ...Object.entries(breakers).flatMap(([breaker, { tripped, ...size }]) => [
      { name: 'breakers_estimated_size_bytes', value: size.estimated_size_in_bytes, labels: { breaker } },
      { name: 'breakers_limit_size_bytes', value: size.limit_size_in_bytes, labels: { breaker } },
      counter('breakers_tripped', tripped, { breaker }),
    ]),
    ...pools.flatMap(type => [
      { name: 'thread_pool_queue_count', value: thread_pool[type]?.queue ?? 0, labels: { type } },
      counter('thread_pool_rejected_count', thread_pool[type]?.rejected ?? 0, { type }),
    ]),
    { name: 'filesystem_data_available_bytes', value: fs.total.available_in_bytes },
    { name: 'filesystem_data_size_bytes', value: fs.total.total_in_bytes },
    { name: 'process_cpu_percent', value: process.cpu.percent },
    { name: 'process_open_files_count', value: process.open_file_descriptors },
    { name: 'process_max_files_descriptors', value: process.max_file_descriptors },
  ]
}

function counter(name: string, value: number, labels: Record<string, string>): Sample {
  return { name, type: 'counter', value, labels }
}

/** From here on the heap is nearly full: at 95 %, the limit of the breaker `parent`, requests are rejected. */
const fullHeap = 0.9

/** @returns a sentence if the heap is nearly full at the moment */
export function heapWarnings({ jvm, breakers }: NodeStats): string[] {
  const { heap_used_in_bytes: used, heap_max_in_bytes: max } = jvm.mem
  if (used < max * fullHeap) return []
  const limit = breakers.parent?.limit_size_in_bytes ?? max
  return [`the heap is ${percent(used / max)} full; requests are rejected from ${percent(limit / max)} on`]
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`
}

/**
 * What went wrong between two checks of the same process.
 * @param before undefined at the first check: earlier events are not reported
 */
export function growthWarnings(before: NodeStats | undefined, now: NodeStats): string[] {
  if (!before || now.jvm.uptime_in_millis < before.jvm.uptime_in_millis) return []
  const trips = Object.entries(now.breakers).flatMap(([name, { tripped }]) => {
    const times = tripped - (before.breakers[name]?.tripped ?? 0)
    return times > 0 ? [`the breaker ${name} has tripped ${times} times since the last check`] : []
  })
  const rejections = pools.flatMap(name => {
    const times = (now.thread_pool[name]?.rejected ?? 0) - (before.thread_pool[name]?.rejected ?? 0)
    return times > 0 ? [`the pool ${name} has rejected ${times} requests since the last check`] : []
  })
  return [...trips, ...rejections]
}

import { expect, test } from 'vitest'
import { numberOf, parseInfo } from './info.js'

const reply = [
  '# Server',
  'run_id:7ed9bb8414dbcec4fd289b69be2fee3f6bf18136',
  'executable:/usr/bin/redis:server',
  'config_file:',
  '',
  '# Memory',
  'used_memory:939128',
  'maxmemory_human:0B',
  'mem_fragmentation_ratio:13.40',
  '',
].join('\r\n')

test('the fields of INFO are read as they are; a value may have colons or be empty', () => {
  expect(parseInfo(reply)).toEqual({
    run_id: '7ed9bb8414dbcec4fd289b69be2fee3f6bf18136',
    executable: '/usr/bin/redis:server',
    config_file: '',
    used_memory: '939128',
    maxmemory_human: '0B',
    mem_fragmentation_ratio: '13.40',
  })
  expect(parseInfo('')).toEqual({})
})

test('only a number is a number', () => {
  const info = parseInfo(reply)
  expect(numberOf(info, 'used_memory')).toBe(939128)
  expect(numberOf(info, 'mem_fragmentation_ratio')).toBe(13.4)
  for (const field of ['maxmemory_human', 'config_file', 'run_id', 'aof_delayed_fsync'])
    expect(numberOf(info, field)).toBeUndefined()
})

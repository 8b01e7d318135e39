import { type ApiResponse, errors } from '@elastic/elasticsearch'
import { expect, test } from 'vitest'
import { healthError } from './errors.js'

const meta = {} as ApiResponse

function responseError(statusCode: number, type = 'its_type', reason?: string): errors.ResponseError {
  return new errors.ResponseError({
    statusCode,
    body: { error: { type, ...(reason && { root_cause: [{ type, reason }] }) } },
  } as unknown as ApiResponse)
}

test.each([
  [401, 'auth'],
  [403, 'auth'],
  [429, 'saturated'],
  [503, 'starting'],
])('HTTP %d is `%s`', (statusCode, healthClass) => {
  expect(healthError(responseError(statusCode))).toMatchObject({
    healthClass,
    message: `HTTP ${statusCode}: its_type`,
  })
})

test.each([
  [400, 'index_closed_exception', 'readonly'],
  [403, 'cluster_block_exception', 'readonly'],
  [503, 'cluster_block_exception', 'starting'],
  [503, 'master_not_discovered_exception', 'persistence'],
])('HTTP %d of type %s is `%s`', (statusCode, type, healthClass) => {
  const error = healthError(responseError(statusCode, type, 'its reason'))
  expect(error).toMatchObject({ healthClass, message: expect.stringContaining('its reason') })
})

test('another HTTP code has no class', () => {
  const error = healthError(responseError(500))
  expect(error).not.toHaveProperty('healthClass')
  expect(error.message).toBe('HTTP 500: its_type')
})

test.each([
  [new errors.ConnectionError('connect ECONNREFUSED 127.0.0.1:9200', meta), 'refused'],
  [new errors.ConnectionError('socket hang up', meta), 'refused'],
  [new errors.TimeoutError('Request timed out', meta), 'frozen'],
])('%s', (error, healthClass) => {
  expect(healthError(error)).toMatchObject({ healthClass, message: error.message })
})

test.each(['ENOTFOUND', 'EAI_AGAIN'])('%s of a name says nothing about the server', code => {
  const error = new errors.ConnectionError(`getaddrinfo ${code} elsearch`, meta)
  expect(healthError(error)).toBe(error)
})

test('a fault of ours has no class', () => {
  const fault = new TypeError('undefined is not a function')
  expect(healthError(fault)).toBe(fault)
})

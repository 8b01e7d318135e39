import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { leaseFolder, newestClaim, operate } from './files.js'

let volume: string
let folder: string
beforeEach(() => {
  volume = mkdtempSync(join(tmpdir(), 'lease-'))
  folder = join(volume, leaseFolder)
})
afterEach(() => rmSync(volume, { recursive: true }))

const owner = { id: 'ours', name: 'bluecore in namespace bluecore' }
const pod = (nonce: string) => ({ owner, nonce, holder: `${nonce} on worker1`, member: 'dbserver' })
const [one, two] = [pod('one'), pod('two')]
const claim = (self = one, epoch = 1) => operate(folder, self, { name: 'claim', epoch })
const renew = (self = one, epoch = 1, beat = 7) => operate(folder, self, { name: 'renew', epoch, beat })
const look = (atLeast = 0) => operate(folder, one, { name: 'look', atLeast })

test('an empty volume, and one with the data of a server', () => {
  mkdirSync(join(volume, '@eaDir'))
  expect(look()).toEqual({ view: { empty: true, changed: expect.any(Number) } })
  mkdirSync(join(volume, 'pgdata'))
  expect(look()).toEqual({ view: { empty: false, changed: expect.any(Number) } })
})

test('a claim, its renewals and its release', () => {
  const made = { epoch: 1, ...one }
  expect(claim()).toEqual({ holds: true })
  expect(look()).toEqual({
    view: { claim: made, heartbeat: { epoch: 1, beat: 0, released: false }, empty: false },
  })
  expect(renew()).toEqual({ holds: true })
  expect(look()).toMatchObject({ view: { heartbeat: { epoch: 1, beat: 7, released: false } } })
  expect(operate(folder, one, { name: 'release', epoch: 1, beat: 8 })).toEqual({ released: true })
  expect(look()).toMatchObject({ view: { heartbeat: { epoch: 1, beat: 8, released: true } } })
})

test('a pod that asks for the lease is seen by its holder, and by no later one', () => {
  claim(one)
  expect(operate(folder, two, { name: 'ask', epoch: 1, nonce: 'one' })).toEqual({ asked: true })
  expect(renew(one)).toEqual({ holds: true, askedBy: 'two on worker1' })
  claim(two, 2)
  expect(renew(two, 2)).toEqual({ holds: true })
  expect(readdirSync(folder)).not.toContain('ask.1.one')
})

test('an epoch has one holder; the next one ends it', () => {
  expect(claim(one)).toEqual({ holds: true })
  expect(claim(two)).toEqual({ holds: false })
  expect(renew(two)).toEqual({ holds: false })
  expect(renew(one)).toEqual({ holds: true })
  expect(claim(two, 2)).toEqual({ holds: true })
  expect(renew(one)).toEqual({ holds: false })
  expect(look()).toMatchObject({ view: { claim: { epoch: 2, nonce: 'two' } } })
})

test('a claim holds only while the claim that was seen before it is there', () => {
  const follow = () => operate(folder, two, { name: 'claim', epoch: 2, after: 'one' })
  claim(one)
  rmSync(folder, { recursive: true })
  expect(follow()).toEqual({ holds: false })
  rmSync(folder, { recursive: true })
  claim(one)
  expect(follow()).toEqual({ holds: true })
})

test('only the last two claims and the last heartbeat stay', () => {
  for (let epoch = 1; epoch <= 4; epoch++) claim(epoch % 2 ? one : two, epoch)
  expect(readdirSync(folder).sort()).toEqual(['ask.4.two', 'claim.3', 'claim.4', 'heartbeat.4.two'])
})

test('a claim that a listing does not show yet is found by its epoch, and an epoch that is gone by what is there', () => {
  claim(one, 1)
  expect(look(1)).toMatchObject({ view: { claim: { epoch: 1 } } })
  expect(look(5)).toMatchObject({ view: { claim: { epoch: 1 } } })
})

describe('the holder has lost it when', () => {
  test.each([
    ['its claim is removed', 'claim.1'],
    ['its heartbeat is removed', 'heartbeat.1.one'],
    ['the folder is removed', ''],
  ])('%s', (_, name) => {
    claim()
    rmSync(join(folder, name), { recursive: true })
    expect(renew()).toEqual({ holds: false })
  })
})

test('a claim that cannot be read is an error, a torn heartbeat is none', () => {
  claim()
  truncateSync(join(folder, 'heartbeat.1.one'), 3)
  expect(look()).toMatchObject({ view: { claim: { epoch: 1 } } })
  writeFileSync(join(folder, 'claim.1'), '{}')
  expect(look()).toEqual({ failed: `${folder}/claim.1 is not a claim of a lease: move it away` })
})

test('a volume that is not mounted is an error, and nothing is made', () => {
  folder = join(volume, 'missing', leaseFolder)
  expect(claim()).toEqual({ failed: `mkdir in ${folder} failed with ENOENT` })
  expect(readdirSync(volume)).toEqual([])
})

test('whose volume it is can be read without making anything', () => {
  expect(newestClaim(folder)).toBeUndefined()
  expect(readdirSync(volume)).toEqual([])
  claim(two, 3)
  expect(newestClaim(folder)).toEqual({ epoch: 3, ...two })
})

// fence/bluecore-fence, with real packets: a NAS and nodes in network namespaces of their own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitFor } from '@bluecore/lab'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostsPath } from '../src/index.js'

const program = hostsPath('fence/bluecore-fence')
const run = Math.random().toString(36).slice(2, 8)
const [nas, nodes] = [`bc-nas-${run}`, `bc-nodes-${run}`]
const [server, lost, other] = ['10.99.0.1', '10.99.0.11', '10.99.0.12']
const token = 'a token of 24 characters'

const folder = mkdtempSync(join(tmpdir(), 'fence-'))
const tokenFile = join(folder, 'token')
writeFileSync(tokenFile, `${token}\n`)
const settings = {
  FENCE_LISTEN: `${server}:8044`,
  FENCE_NODES: '10.99.0.11,10.99.0.12/31',
  FENCE_TOKEN_FILE: tokenFile,
}

/** A request from an address of a node. */
const client = `
import http.client, sys
source, token, body = sys.argv[1:]
connection = http.client.HTTPConnection("${server}", 8044, timeout=1, source_address=(source, 0))
try:
    connection.request("POST", "/", body, {"authorization": "Bearer " + token})
    answer = connection.getresponse()
    print(answer.status, answer.read().decode())
except TimeoutError:
    print("no answer")
`

async function ask(source: string, body: unknown, as = token): Promise<string> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const { stdout } = await execa('ip', [
    ...['netns', 'exec', nodes, 'python3', '-c', client],
    ...[source, as, text],
  ])
  return stdout.trim()
}

let fence: ChildProcess
let output = ''
beforeAll(async () => {
  const ip = (...args: string[]) => execa('ip', args)
  for (const name of [nas, nodes]) await ip('netns', 'add', name)
  await ip('-n', nas, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', nodes)
  await ip('-n', nas, 'address', 'add', `${server}/24`, 'dev', 'eth0')
  for (const address of [lost, other]) await ip('-n', nodes, 'address', 'add', `${address}/24`, 'dev', 'eth0')
  for (const name of [nas, nodes]) await ip('-n', name, 'link', 'set', 'eth0', 'up')
  fence = spawn('ip', ['netns', 'exec', nas, program], { env: { ...process.env, ...settings } })
  for (const stream of [fence.stdout, fence.stderr])
    stream?.on('data', chunk => {
      output += chunk
    })
  await waitFor(async () => output.includes('listening on'), { what: 'the fence listens', timeoutMs: 20_000 })
}, 30_000)

afterAll(async () => {
  const end = once(fence, 'close')
  fence.kill()
  await end
  for (const name of [nas, nodes]) await execa('ip', ['netns', 'delete', name])
  rmSync(folder, { recursive: true })
})

/** No JSON: answered, and nobody is fenced. */
const refused = 'POST'
test('a node that is fenced is not heard until the time is over, which counts anew when asked again; others are heard', async () => {
  expect(await ask(lost, refused)).toMatch(/^400 /)
  expect(await ask(other, { address: lost, seconds: 600, holder: 'dbserver-1 on worker1' })).toBe('204')
  expect(output).toContain("fenced 10.99.0.11 for 600 s; silent: 'dbserver-1 on worker1'")
  expect(await ask(lost, refused)).toBe('no answer')
  expect(await ask(other, refused)).toMatch(/^400 /)
  expect(await ask(other, { address: lost, seconds: 1 })).toBe('204')
  await waitFor(async () => (await ask(lost, refused)) !== 'no answer', {
    what: 'the fence ends by itself',
    timeoutMs: 20_000,
  })
})

test.each([
  ['without the token', { address: lost, seconds: 1 }, '401 wrong token', 'wrong'],
  [
    'of an address that is no node',
    { address: '10.99.0.1', seconds: 1 },
    '400 10.99.0.1 is not one of FENCE_NODES',
  ],
  ['of what is no address', { address: 'worker1', seconds: 1 }, "400 Expected 4 octets in 'worker1'"],
  ['for no time', { address: lost, seconds: 0 }, '400 seconds must be a whole number from 1 to 600'],
  [
    'for longer than ten minutes',
    { address: lost, seconds: 601 },
    '400 seconds must be a whole number from 1 to 600',
  ],
  [
    'with more than an address',
    { address: `${lost} }\nflush ruleset`, seconds: 1 },
    '400 Only decimal digits permitted',
  ],
])('a request %s is refused, and nobody is fenced', async (_, body, answer, as = token) => {
  expect(await ask(other, body, as)).toContain(answer)
  expect(await ask(lost, refused)).toMatch(/^400 /)
})

test('settings that are wrong are all named', async () => {
  const env = { FENCE_LISTEN: 'nas:8044', FENCE_NODES: '10.99.0.1/24', FENCE_TOKEN_FILE: '/missing' }
  const { exitCode, stderr } = await execa(program, { env, reject: false })
  expect(exitCode).toBe(2)
  expect(stderr.split('\n').map(line => line.trim())).toEqual([
    'bluecore-fence cannot start:',
    "FENCE_LISTEN must be an IPv4 address and a port, not 'nas:8044'",
    'FENCE_NODES: 10.99.0.1/24 has host bits set',
    'FENCE_TOKEN_FILE: No such file or directory: /missing',
  ])
})

test('it says what it is for', async () => {
  const { stdout } = await execa(program, ['--help'])
  expect(stdout).toContain('FENCE_NODES')
})

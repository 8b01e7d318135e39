import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import { type Container, type ContainerOptions, container, volume } from './container.js'
import { testExits } from './exits.js'
import { temporaryFolder } from './temporary-folder.js'

const data = '/data'
const settings = '/usr/local/etc/redis'

/** A client inside the container, which is on the server's loopback. */
const local =
  (server: Container) =>
  async (...command: string[]) =>
    await server.exec('redis-cli', '--raw', ...command)

async function ready(server: Container, ...options: string[]): Promise<void> {
  const ping = async () => expect(await local(server)(...options, 'ping')).toBe('PONG')
  await vi.waitFor(ping, { timeout: 30_000, interval: 100 })
}

/** What the server answers to a client from elsewhere that sends `PING` at once. */
async function pingFromOutside(server: Container): Promise<string> {
  const [host, port] = (await server.address()).split(':')
  const socket = connect(Number(port), host).setTimeout(10_000, () => socket.destroy(new Error('no answer')))
  socket.write('PING\r\n')
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer).trim()
}

/** Redis 7 behaves as the official image `redis:7` does. */
export function acceptRedis(image: string): void {
  test.each<[string, ContainerOptions, string, string]>([
    ['root, which drops its privileges', { as: 'root' }, '0:0', '999'],
    ['root, on a volume of another user', { as: 'root' }, '1234:1234', '999'],
    ['999 on a read-only root', { user: '999:999' }, '999:999', '999'],
    ['any uid that owns the volume', { user: '12345:0' }, '12345:0', '12345'],
  ])(
    'as %s: a stop saves the data, readable only by its user, and a new container loads it',
    async (_, who, owner, uid) => {
      const mounts = { [data]: await volume(image, owner) }
      const first = await container(image, { ...who, mounts })
      await ready(first)
      expect(await first.exec('stat', '--format=%u', '/proc/1')).toBe(uid)
      await local(first)('set', 'weather', '天気')
      expect(await first.stop()).toMatchObject({ exitCode: 0 })
      expect(await first.logs()).toMatch(/DB saved on disk.*Redis is now ready to exit, bye bye/s)

      const second = await container(image, { ...who, mounts })
      await ready(second)
      expect(await local(second)('get', 'weather')).toBe('天気')
      expect(await second.logs()).toContain('DB loaded from disk')
      expect(await second.exec('stat', '--format=%u %a', `${data}/dump.rdb`)).toBe(`${uid} 600`)
    },
  )

  test('a kill loses nothing that the append-only file has', async () => {
    const mounts = { [data]: await volume(image, '999:999') }
    const args = ['--appendonly', 'yes', '--appendfsync', 'always']
    const server = await container(image, { user: '999:999', mounts, args })
    await ready(server)
    for (const note of ['1', '2', '3']) await local(server)('rpush', 'notes', note)
    expect(await server.kill('KILL')).toEqual({ exitCode: 137 })
    await server.start()
    await ready(server)
    expect(await local(server)('lrange', 'notes', '0', '-1')).toBe('1\n2\n3')
    expect(await server.logs('last start')).toContain('DB loaded from append only file')
  })

  test('a configuration file with a password, and options that override it', async () => {
    const mounts = {
      [data]: await volume(image, '999:999'),
      [settings]: await temporaryFolder({
        'redis.conf': 'requirepass of-the-file\nappendonly yes\nmaxmemory 64mb\n',
      }),
    }
    const args = [`${settings}/redis.conf`, '--maxmemory', '32mb']
    const server = await container(image, { user: '999:999', mounts, args, port: 6379 })
    const known = ['-a', 'of-the-file', '--no-auth-warning']
    await ready(server, ...known)
    const shown = async (name: string) => await local(server)(...known, 'config', 'get', name)
    expect(await shown('appendonly')).toBe('appendonly\nyes')
    expect(await shown('maxmemory')).toBe(`maxmemory\n${32 * 2 ** 20}`)
    expect(await pingFromOutside(server)).toBe('-NOAUTH Authentication required.')
  })

  test.each<[string, string[], string]>([
    ['the command of the image', [], '+PONG'],
    ['options', ['--save', ''], '+PONG'],
    ['a shell', ['sh', '-c', 'exec redis-server --appendonly no'], '+PONG'],
    ['its path', ['/usr/local/bin/redis-server', '--save', ''], '+PONG'],
    ['a file', [`${settings}/open.conf`], '+PONG'],
    ['a file that sets protected mode', [`${settings}/protected.conf`], '-DENIED'],
    ['an option that sets protected mode', ['--protected-mode', 'yes'], '-DENIED'],
  ])(
    'started by %s, it answers other hosts without a password unless protected mode is set',
    async (_, args, answer) => {
      const mounts = {
        [data]: await volume(image, '999:999'),
        [settings]: await temporaryFolder({
          'open.conf': 'save ""\n',
          'protected.conf': 'protected-mode yes\n',
        }),
      }
      const server = await container(image, { user: '999:999', mounts, args, port: 6379 })
      await ready(server)
      expect((await pingFromOutside(server)).slice(0, answer.length)).toBe(answer)
    },
  )

  test('its version, and its tools', async () => {
    const server = await container(image, { as: 'root' })
    await ready(server)
    expect(await local(server)('info', 'server')).toMatch(/redis_version:7\./)
    expect(await local(server)('config', 'get', 'save')).toBe('save\n3600 1 300 100 60 10000')
    for (const tool of [
      'redis-cli',
      'redis-sentinel',
      'redis-benchmark',
      'redis-check-aof',
      'redis-check-rdb',
    ])
      await server.exec('test', '-x', `/usr/local/bin/${tool}`)
  })

  testExits(image, [
    {
      title: 'it exits if its data directory belongs to another user',
      user: '999:999',
      owners: { [data]: '1234:1234' },
      exitCode: 1,
      output: /Permission denied/,
    },
    {
      title: 'it exits on an unknown option',
      args: ['--no-such-option', 'yes'],
      owners: { [data]: '0:0' },
      as: 'root',
      exitCode: 1,
      output: 'FATAL CONFIG FILE ERROR',
    },
    {
      title: 'redis-cli as the command',
      args: ['redis-cli', '--version'],
      exitCode: 0,
      output: /^redis-cli 7\./,
    },
    {
      title: 'an option without a command goes to the server',
      user: '999:999',
      args: ['--version'],
      exitCode: 0,
      output: /^Redis server v=7\./,
    },
    {
      title: 'any other command is run as given',
      as: 'root',
      args: ['sh', '-c', 'id -u; pwd; exit 7'],
      exitCode: 7,
      output: /^0\n\/data$/,
    },
  ])
}

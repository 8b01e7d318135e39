import { container, volume } from '@bluecore/images/testing'
import { expect, test } from 'vitest'

/** Who it runs as, on what, and what it may write. */
export function testIdentity(image: string): void {
  test('runs as 991 on Node.js 16.20.2, and owns nothing but its files', async () => {
    const mounts = { '/misskey/files': await volume(image, '991:991') }
    const idle = await container(image, { mounts, args: ['sleep', '600'] })
    expect(await idle.exec('sh', '-c', 'id -u; id -g; node --version')).toBe('991\n991\nv16.20.2')
    await idle.exec('touch', '/misskey/files/x', '/tmp/x')
    await expect(idle.exec('touch', '/misskey/x')).rejects.toThrow('Read-only file system')
    expect(await idle.exec('find', '/misskey', '-user', '991')).toBe('/misskey/files\n/misskey/files/x')
  })

  test('has no build or install tools beyond its base, and no traces of its build', async () => {
    const idle = await container(image, { args: ['sleep', '600'] })
    const tools = 'yarn npm npx node-gyp git make gcc g++ cc python3'
    expect(await idle.exec('sh', '-c', `for tool in ${tools}; do command -v $tool; done; true`)).toBe('')
    const traces = ['-name', '.yarn-integrity', '-o', '-name', 'config.gypi', '-o', '-name', '*.o']
    expect(await idle.exec('find', '/misskey', '/opt', '/usr/local', '(', ...traces, ')')).toBe('')
    expect(await idle.exec('sh', '-c', 'ls -d /mirror /layer* /out; true')).toBe('')
  })
}

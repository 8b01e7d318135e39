// What test results depend on beside the files of the checkout.
import { spawnSync } from 'node:child_process'
import { release } from 'node:os'
import { packages } from './debian-packages.mjs'

/**
 * The versions of Node.js, Go, the Docker engine, the kernel, and the Debian packages that the tests start. A part of the
 * key under which turbo keeps results: after an upgrade of any of them, tests run again.
 */
export function machineVersions() {
  // The client of an engine that runs elsewhere need not have its version; an engine that is not up yet can still be asked.
  const engine =
    firstLine('docker', ['version', '--format', '{{.Server.Version}}']) ?? firstLine('dockerd', ['--version'])
  const debian = spawnSync('dpkg-query', ['--show', ...packages], { encoding: 'utf8' }).stdout
  return [
    `node ${process.version}`,
    firstLine('go', ['version']) ?? 'no go',
    `engine ${engine?.match(/\d+\.\d+\.\d+/)?.[0] ?? 'none'}`,
    `linux ${release()}`,
    ...(debian?.trim().replaceAll('\t', ' ').split('\n') ?? []),
  ].join(', ')
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function firstLine(program, args) {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' })
  return status === 0 ? stdout.split('\n')[0] || undefined : undefined
}

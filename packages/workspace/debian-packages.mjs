#!/usr/bin/env node
// What the tests start and build with and this machine lacks, as Debian packages. With --names only their names, for
// scripts. Node's own modules only.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const packages = [
  'buildah',
  'docker-registry',
  'redis-server',
  'nftables',
  'nfs-ganesha',
  'nfs-ganesha-vfs',
  'rpcbind',
  'netbase',
  'fuse3',
  'libkeyutils1',
  'debootstrap',
  'iproute2',
  'iptables',
  'git',
  'unzip',
]

/** Had from elsewhere as often as from Debian: package → commands of which one works when it is there. */
const orElse = {
  'default-jre-headless': [['java', '-version']],
  'docker.io': [
    ['docker', 'version'],
    ['dockerd', '--version'],
  ],
  maven: [['mvn', '--version']],
  'python3-pip': [['python3', '-m', 'pip', '--version']],
}

/** @param {string} name */
function isInstalled(name) {
  const { stdout } = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' })
  return /^Status: install ok installed$/m.test(stdout ?? '')
}

/** @param {string[]} command */
const works = ([program = '', ...args]) => spawnSync(program, args).status === 0

if (process.argv[1] === fileURLToPath(import.meta.url)) main()

function main() {
  const missing = [
    ...packages.filter(name => !isInstalled(name)),
    ...Object.entries(orElse).flatMap(([name, commands]) => (commands.some(works) ? [] : name)),
  ]
  if (process.argv.includes('--names')) {
    for (const name of missing) console.log(name)
  } else if (missing.length > 0) {
    console.error(`The tests need more of Debian than this machine has. As root:
  apt-get install --no-install-recommends ${missing.join(' ')}
Services that apt-get starts (redis-server, rpcbind, nfs-ganesha) are not needed: the tests start their own.`)
    process.exitCode = 1
  }
}

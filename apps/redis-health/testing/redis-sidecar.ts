import { setTimeout as pause } from 'node:timers/promises'
import { createRedis, type LocalServer, type Sidecar, startSidecar } from '@bluecore/sidecar/testing'
import { Redis } from 'ioredis'
import { afterEach, expect } from 'vitest'

const app = new URL('../', import.meta.url)
const frozenAfterMs = 2_000

/** Limit of every wait, in ms: two intervals of the slowest check, and time for a busy machine. */
export const limitMs = 30_000

export type Env = Readonly<Record<string, string>>

/** A Redis and its sidecar. Both, and all clients, are removed after the test. */
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

/** Starts both, and waits until the server is ready. */
export async function begin(options: readonly string[] = [], env: Env = {}): Promise<Pair> {
  const pair = await watch(await startServer(options), env)
  await pair.sidecar.until('/readyz', 200, limitMs)
  return pair
}

/** Another client of the server; errors of its connection are ignored. */
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

/** Waits for a class, and logs how long it took. */
export async function expectClass({ sidecar }: Pair, of: string, check: string, wanted: string) {
  const ms = await sidecar.untilClass(check, wanted, limitMs)
  console.log(`${of}: ${check} is ${wanted} after ${Math.round(ms)} ms`)
}

/** The codes of the probes, and a part of the body of /readyz. */
export async function expectProbes({ sidecar }: Pair, codes: readonly number[], reason: string) {
  const answers = await Promise.all(['/startupz', '/readyz', '/livez'].map(path => sidecar.get(path)))
  expect(answers.map(({ status }) => status)).toEqual(codes)
  expect(answers[1]?.body).toContain(reason)
}

/** /livez passes longer than a silent server would be tolerated. */
export async function expectNoRestart({ sidecar }: Pair) {
  const end = performance.now() + frozenAfterMs + 2_000
  while (performance.now() < end) {
    expect(await sidecar.get('/livez')).toMatchObject({ status: 200, body: 'pass: the server responds\n' })
    await pause(100)
  }
}

/** The classes that any check has had. */
export function classesIn({ sidecar }: Pair): unknown[] {
  return [...new Set(sidecar.log().flatMap(line => line.class ?? []))]
}

/** The output and the last run of a check. */
export async function lastRun({ sidecar }: Pair, check: string) {
  const { checks } = JSON.parse((await sidecar.get('/status?verbose')).body)
  const [{ output, lastRun }] = checks[`${check}:responseTime`]
  return { output, ...lastRun } as { output?: string; message: string; steps: Record<string, number> }
}

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { apiServerFromPod } from '@bluecore/api-server'
import {
  absolutePath,
  port,
  readSettings,
  type Settings,
  SettingsError,
  type SettingsSpec,
  type Shape,
  seconds,
} from '@bluecore/settings'
import type { Logger } from 'pino'
import * as z from 'zod/mini'
import type { Check } from './check.js'
import { systemClock } from './clock.js'
import { startHeartbeat } from './heartbeat.js'
import { createHttpServer } from './http.js'
import { announceLease } from './lease/announce.js'
import { lease } from './lease/check.js'
import { keepLease } from './lease/keeper.js'
import { leaseSecrets, leaseShape, leaseSpec } from './lease/settings.js'
import { createJournal, createLog, logLevels } from './log.js'
import { createMetrics } from './metrics.js'
import { createRoutes } from './routes.js'
import type { Runner } from './runner.js'
import { startRunners } from './runners.js'
import { shutDownOnSignal } from './shutdown.js'
import { storage } from './storage/check.js'
import { keepStorageIo } from './storage/io.js'
import { readiness } from './verdicts.js'
import { createWatch } from './watch.js'

/** The checks' way to the server. Opened when a check needs it: starting does not wait for the server. */
export interface Connection {
  close(): void
}

/** What makes an app a sidecar. */
export interface SidecarSpec<S extends Shape, C extends Connection> {
  /** The server it monitors: `postgres`. */
  name: string
  /** Prefix of the server's own metrics: `pg`. */
  metricPrefix: string
  settings: SettingsSpec<S>
  /** @param lost to be called when an established connection has ended: every check then runs at once */
  connect(settings: Settings<S>, lost: () => void): C
  /** The first asks no more than whether the server answers: the metric `PREFIX_up` is about it. */
  checks(connection: C): readonly Check[]
}

const commonShape = {
  HEALTH_PORT: z._default(port(0), 9808),
  /** How long a server that has responded before may be silent until /livez fails. */
  HEALTH_FROZEN_AFTER_SECONDS: z._default(seconds(1, 86_400), 60),
  /** `strict`: /readyz also fails while the server is degraded, because clients have another instance. */
  HEALTH_READINESS: z._default(z.enum(readiness, readiness.join(' or ')), 'usable'),
  /** Time between becoming not ready and closing. */
  HEALTH_SHUTDOWN_DELAY_SECONDS: z._default(seconds(0, 3_600), 2),
  /**
   * A folder on the server's volume in which a small file is written again and again; created when it is missing.
   * Not set: the volume is not checked.
   */
  HEALTH_STORAGE_PATH: z.optional(absolutePath()),
  ...leaseShape,
  LOG_LEVEL: z._default(z.enum(logLevels, `one of ${logLevels.join(', ')}`), 'info'),
}

/**
 * Reads the settings and starts; ends on SIGTERM. Invalid settings are all reported on standard error and end the
 * process with code 2, as does a port that is in use. Nothing that a server does ends it.
 */
export async function runSidecar<S extends Shape, C extends Connection>(
  spec: SidecarSpec<S, C>,
): Promise<void> {
  const app = `${spec.name}-health`
  try {
    const { shape, secrets } = spec.settings
    const settings = readSettings(
      { shape: { ...commonShape, ...shape }, secrets: [...leaseSecrets, ...secrets] },
      process.env,
    )
    await start(spec, settings, createLog(app, settings.LOG_LEVEL))
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    console.error([`${app} cannot start:`, ...error.problems].join('\n  '))
    process.exitCode = 2
  }
}

async function start<S extends Shape, C extends Connection>(
  spec: SidecarSpec<S, C>,
  settings: Settings<S> & Settings<typeof commonShape>,
  log: Logger,
): Promise<void> {
  let runners: Runner | undefined
  const connection = spec.connect(settings, () => runners?.poke())
  const io = keepStorageIo()
  const { HEALTH_STORAGE_PATH: path } = settings
  const wanted = leaseSpec(settings)
  const keeper = wanted && keepLease(wanted, io, log)
  const { LEASE_ANNOUNCE: name, LEASE_RELEASE: release } = settings
  const announcer =
    keeper && wanted && name
      ? announceLease({ name, release }, keeper, wanted, apiServerFromPod(process.env), log)
      : undefined
  const checks = [
    ...spec.checks(connection),
    ...(path ? [storage(path, io)] : []),
    ...(keeper && wanted ? [lease(keeper, wanted, () => announcer?.failure())] : []),
  ]
  const clock = systemClock
  const watch = createWatch(checks, clock, keeper)
  const metrics = createMetrics(spec.metricPrefix)
  const journal = createJournal(log)
  const heartbeat = startHeartbeat(clock)
  let stopping = false

  const frozenAfterMs = settings.HEALTH_FROZEN_AFTER_SECONDS * 1000
  const routes = createRoutes({
    name: spec.name,
    frozenAfterMs,
    readiness: settings.HEALTH_READINESS,
    watch,
    metrics,
    heartbeat,
    stopping: () => stopping,
  })
  const server = createHttpServer(routes, (path, error) => log.error({ path, err: error }, 'request failed'))
  server.listen(settings.HEALTH_PORT, '0.0.0.0')
  await once(server, 'listening').catch((error: Error) => {
    heartbeat.stop()
    throw new SettingsError([`HEALTH_PORT is ${settings.HEALTH_PORT}: ${error.message}`])
  })
  log.info({ port: (server.address() as AddressInfo).port }, 'listening')

  runners = startRunners(checks, clock, (check, result) => {
    watch.record(check, result)
    metrics.observe(check, result)
    journal(check, result)
  })

  // A bug of ours must not look like a failure of the server: the probes keep answering from the last results.
  process.on('uncaughtException', error => log.error({ err: error }, 'unexpected error'))
  shutDownOnSignal(log, {
    announce: () => {
      stopping = true
      keeper?.stop()
    },
    delayMs: settings.HEALTH_SHUTDOWN_DELAY_SECONDS * 1000,
    close: () => {
      runners?.stop()
      announcer?.stop()
      heartbeat.stop()
      connection.close()
      io.close()
      server.close()
    },
  })
}

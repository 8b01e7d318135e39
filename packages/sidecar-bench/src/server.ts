import type { TestServer } from '@bluecore/sidecar/testing'
import type { Command } from './process.js'

/** A real server, and all that may look after it. */
export interface Server {
  name: 'postgres' | 'redis' | 'elasticsearch'
  /** May be hurt. */
  process: TestServer
  /** Settings with which our sidecar finds it. */
  sidecarEnv: Readonly<Record<string, string>>
  /** The usual exporter, listening on the port of 127.0.0.1. */
  exporter(port: number): Command
  /** What an exec probe would run inside the server's container. */
  execProbe: Command
  /** Runs `true` inside its container, when it has one. */
  execInContainer?(): Promise<unknown>
  /** Of its first process. */
  pid(): Promise<number>
  /** Questions answered since its start, by its own count. */
  queries(): Promise<number>
  /** Clients that it has now, without whoever asks. */
  connections(): Promise<number>
  /** Ends the connections of its clients, as a proxy or an administrator does. */
  cutConnections(): Promise<unknown>
  /** It answers, but something is wrong with it, until `release` is called. */
  breakState(): Promise<{ wrong: string; release(): Promise<unknown> }>
}

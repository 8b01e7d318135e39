import { setTimeout as pause } from 'node:timers/promises'
import type { Server } from '../server.js'

/** Something happens to the server, and is over when the promise resolves. */
export interface Fault {
  name: string
  happen(server: Server): Promise<unknown>
}

const lastsMs = 2_000

const killed: Fault = {
  name: 'killed and started again',
  async happen({ process }) {
    await process.kill()
    await pause(lastsMs)
    await process.start()
  },
}

const frozen: Fault = {
  name: 'frozen and thawed',
  async happen({ process }) {
    await process.freeze()
    await pause(lastsMs)
    await process.thaw()
  },
}

const cut: Fault = { name: 'connections cut', happen: server => server.cutConnections() }

const wrongState: Fault = {
  name: 'a wrong state',
  async happen(server) {
    const { release } = await server.breakState()
    await pause(lastsMs)
    await release()
  },
}

/** In turn. Elasticsearch needs most of a minute to start, so it is not killed. */
export function faultsOf({ name }: Server): readonly Fault[] {
  return name === 'elasticsearch' ? [frozen, cut, wrongState] : [killed, frozen, cut, wrongState]
}

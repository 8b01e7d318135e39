import { setTimeout as pause } from 'node:timers/promises'
import type { Server } from '../server.js'

/** A fault of the server, over when the promise resolves. */
export interface Fault {
  name: string
  inject(server: Server): Promise<unknown>
}

const lastsMs = 2_000

const killed: Fault = {
  name: 'killed and started again',
  async inject({ process }) {
    await process.kill()
    await pause(lastsMs)
    await process.start()
  },
}

const frozen: Fault = {
  name: 'frozen and thawed',
  async inject({ process }) {
    await process.freeze()
    await pause(lastsMs)
    await process.thaw()
  },
}

const cut: Fault = { name: 'connections cut', inject: server => server.cutConnections() }

const wrongState: Fault = {
  name: 'a wrong state',
  async inject(server) {
    const { release } = await server.breakState()
    await pause(lastsMs)
    await release()
  },
}

/** In turn. Elasticsearch, which needs up to a minute to start on a busy machine, is not killed. */
export function faultsOf({ name }: Server): readonly Fault[] {
  return name === 'elasticsearch' ? [frozen, cut, wrongState] : [killed, frozen, cut, wrongState]
}

import type { Check } from '@bluecore/sidecar'
import type { Postgres } from '../connect.js'
import { freshConnection } from './fresh-connection.js'
import { internals } from './internals.js'
import { keptConnection } from './kept-connection.js'

export function checks(postgres: Postgres): readonly Check[] {
  return [keptConnection(postgres), freshConnection(postgres), internals(postgres)]
}

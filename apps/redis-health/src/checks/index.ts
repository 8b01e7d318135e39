import type { Check } from '@bluecore/sidecar'
import type { KeptRedis } from '../connect.js'
import { info } from './info.js'
import { ping } from './ping.js'
import { write } from './write.js'

export function checks(redis: KeptRedis): readonly Check[] {
  return [ping(redis), write(redis), info(redis)]
}

import type { Check } from '@bluecore/sidecar'
import type { KeptRedis } from '../connect.js'
import { ping } from './ping.js'

export function checks(redis: KeptRedis): readonly Check[] {
  return [ping(redis)]
}

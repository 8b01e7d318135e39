import { type Info, numberOf } from './info.js'

/** What the replies to INFO say together. */
export interface History {
  /** @returns the oldest reply of the last five minutes from the same process: the new one itself when it is the first */
  add(info: Info): Info
  /** How often another process has answered than before. Two restarts between two replies are seen as one. */
  restarts(): number
}

const windowSeconds = 300

/** Counts with the server's own uptime, in seconds, so that no clock of ours matters. */
export function createHistory(): History {
  let past: readonly Info[] = []
  let restarts = 0

  return {
    add(info) {
      const before = past.at(-1)
      if (before && before.run_id !== info.run_id) {
        restarts++
        past = []
      }
      const begin = uptime(info) - windowSeconds
      past = [...past.filter(earlier => uptime(earlier) >= begin), info]
      return past[0] as Info
    },
    restarts: () => restarts,
  }
}

function uptime(info: Info): number {
  return numberOf(info, 'uptime_in_seconds') ?? 0
}

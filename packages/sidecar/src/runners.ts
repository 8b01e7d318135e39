import type { Check, Result } from './check.js'
import type { Clock } from './clock.js'
import { type Runner, startRunner } from './runner.js'

/**
 * Runs all checks. When one of them is well again, those that are not are asked at once: most likely they are too, and
 * nobody should be sent away until their next turn. When the server falls silent its volume is asked at once: whether a
 * restart would help depends on it.
 * @returns its `poke` is for the server's checks
 */
export function startRunners(
  checks: readonly Check[],
  clock: Clock,
  report: (check: Check, result: Result) => void,
): Runner {
  const unwell = new Set<Runner>()
  const runners = checks.map(check => {
    const runner = startRunner(check, clock, result => {
      report(check, result)
      if (isSilent(check, result) && !unwell.has(runner)) askVolume()
      if (result.condition !== 'up') unwell.add(runner)
      else if (unwell.delete(runner)) for (const other of unwell) other.poke()
    })
    return { check, runner }
  })

  function askVolume() {
    for (const { check, runner } of runners)
      if (check.subject === 'volume' && !unwell.has(runner)) runner.poke()
  }

  return {
    poke() {
      for (const { check, runner } of runners) if (check.subject !== 'volume') runner.poke()
    },
    stop() {
      for (const { runner } of runners) runner.stop()
    },
  }
}

function isSilent({ subject }: Check, { condition }: Result): boolean {
  return subject !== 'volume' && (condition === 'frozen' || condition === 'refused')
}

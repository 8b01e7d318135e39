import { median } from '../statistics.js'

/** What was measured: our sidecar, the usual exporter, or what an exec probe would run. */
export type Subject = 'sidecar' | 'exporter' | 'exec'

/** Every figure of one subject at one server, by name, once per round. */
export interface Samples {
  add(server: string, subject: Subject, figures: Readonly<Record<string, number>>): void
  /** The median over the rounds; NaN when it was not measured. */
  of(server: string, subject: Subject, figure: string): number
  /** All rounds, for `--json`. */
  all(): Record<string, number[]>
}

export function createSamples(): Samples {
  const rounds = new Map<string, number[]>()
  return {
    add(server, subject, figures) {
      for (const [figure, value] of Object.entries(figures)) {
        const key = `${server}/${subject}/${figure}`
        rounds.set(key, [...(rounds.get(key) ?? []), value])
      }
    },
    of: (server, subject, figure) => median(rounds.get(`${server}/${subject}/${figure}`) ?? []),
    all: () => Object.fromEntries(rounds),
  }
}

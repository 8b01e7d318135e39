/** What the selection looks at. */
export interface Named {
  /** Numbers in the list of faults. */
  numbers: readonly number[]
  name: string
}

/**
 * The scenarios that `--only` names, in their own order.
 * @param only numbers or names, with commas; all without it
 * @throws Error that names what is unknown
 */
export function selected<T extends Named>(all: readonly T[], only?: string): T[] {
  if (only === undefined) return [...all]
  const wanted = only.split(',').map(word => word.trim())
  const matches = (one: Named, word: string) =>
    word === one.name || one.numbers.some(number => String(number) === word)
  const unknown = wanted.filter(word => !all.some(one => matches(one, word)))
  if (unknown.length > 0)
    throw new Error(
      `--only: no scenario is called ${unknown.map(word => `"${word}"`).join(', ')}. There are:\n${list(all)}`,
    )
  return all.filter(one => wanted.some(word => matches(one, word)))
}

/** A line for each scenario. */
export const list = (all: readonly Named[]): string =>
  all.map(({ numbers, name }) => `  ${numbers.join(', ').padEnd(8)}${name}`).join('\n')

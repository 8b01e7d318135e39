/** The fields of one reply to INFO, as Redis wrote them. Which there are depends on its version and on what it does. */
export type Info = Readonly<Record<string, string>>

/** Reads the lines `name:value`; headings and blank lines are left out. */
export function parseInfo(reply: string): Info {
  const fields = reply.split(/\r?\n/).flatMap(line => {
    const colon = line.indexOf(':')
    return colon < 1 || line.startsWith('#') ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const]
  })
  return Object.fromEntries(fields)
}

/** @returns undefined when there is no such field, or no number in it */
export function numberOf(info: Info, field: string): number | undefined {
  const text = info[field]
  const value = text ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}

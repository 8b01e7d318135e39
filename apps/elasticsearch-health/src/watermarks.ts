/** Room of a file system, in bytes. */
export interface Room {
  total_in_bytes: number
  available_in_bytes: number
}

/** The marks of the disk as Elasticsearch writes them: `85%`, `0.85` of it used, or `500mb` of it free. */
export interface Watermarks {
  low: string
  high: string
  flood_stage: string
}

const units = ['b', 'kb', 'mb', 'gb', 'tb', 'pb']

/** The answer of `GET /_cluster/settings?include_defaults&flat_settings`: the first that has a name counts. */
export type Settings = Readonly<
  Partial<Record<'transient' | 'persistent' | 'defaults', Record<string, string>>>
>

const prefix = 'cluster.routing.allocation.disk'

/** @returns undefined when Elasticsearch is told not to look at its disk */
export function readMarks(settings: Settings): Watermarks | undefined {
  const all = { ...settings.defaults, ...settings.persistent, ...settings.transient }
  const mark = (name: keyof Watermarks) => all[`${prefix}.watermark.${name}`] ?? ''
  if (all[`${prefix}.threshold_enabled`] === 'false') return undefined
  return { low: mark('low'), high: mark('high'), flood_stage: mark('flood_stage') }
}

/** Has the disk passed this mark? A mark that cannot be read is passed by no disk. */
export function isPassed(
  mark: string,
  { total_in_bytes: total, available_in_bytes: available }: Room,
): boolean {
  const [, digits, unit] = /^([\d.]+)\s*([a-z%]*)$/i.exec(mark) ?? []
  const number = Number(digits)
  if (unit === '%') return total - available > (total * number) / 100
  if (unit === '') return total - available > total * number
  return available < number * 1024 ** units.indexOf(unit?.toLowerCase() ?? '')
}

/** What each mark means for a node that has no other to give its shards to; the worst comes first. */
const meanings: Readonly<Record<keyof Watermarks, string>> = {
  flood_stage: 'its indices are read-only, or will be in a moment',
  high: 'at the flood stage its indices become read-only',
  low: 'at the flood stage its indices become read-only',
}

/** @returns one sentence for the worst mark that the disk has passed, or none */
export function diskWarnings(marks: Watermarks, room: Room): string[] {
  const worst = (Object.keys(meanings) as (keyof Watermarks)[]).find(name => isPassed(marks[name], room))
  if (!worst) return []
  const free = `${mebibytes(room.available_in_bytes)} of ${mebibytes(room.total_in_bytes)} MiB are free`
  return [`the disk has passed the watermark ${worst} (${marks[worst]}), ${free}: ${meanings[worst]}`]
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 1024 ** 2)
}

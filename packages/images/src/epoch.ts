/**
 * The date of everything in an image, in seconds since 1970: SOURCE_DATE_EPOCH, else 1980, the first year that every format
 * knows. Not the last commit's: the engine's cache ignores dates, so it would give layers of whatever commit was built here first.
 * @see https://reproducible-builds.org/specs/source-date-epoch/
 */
export function sourceDate(env: NodeJS.ProcessEnv = process.env): number {
  return Number(env.SOURCE_DATE_EPOCH || 315_532_800)
}

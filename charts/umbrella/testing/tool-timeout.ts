/** Limit in ms for the first use of a Go tool on a machine, which compiles it. */
export const firstBuildMs = 20 * 60_000

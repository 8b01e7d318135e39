/** A judge that was never compiled on this machine takes minutes; several share two cores. */
export const firstBuildMs = 20 * 60_000

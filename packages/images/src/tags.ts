/** Label of a stand-in, and which image it stands in for, e.g. `library/postgres:10.23`. */
export const standInLabel = 'bluecore.stand-in-for'

/**
 * Which tags of a registry a push may move from one image to another: none, except `latest` and stand-ins of ours (`false`);
 * all but those of genuine images, for which a stand-in is to be pushed (`true`); all (`any`: for a registry that is ours alone).
 */
export type Move = boolean | 'any'

/** A tag that is wanted for one image and points to another. */
export interface TakenTag {
  /** `HOST/PREFIX/REPOSITORY:TAG` */
  name: string
  /** `REPOSITORY:TAG`, without the registry and its prefix. */
  tag: string
  /** What the image to be pushed stands in for, if it does. */
  standsInFor?: string | undefined
  /** Digest of what the tag points to. */
  digest: string
  /** Labels of what the tag points to; an index has none. */
  labels: Record<string, string>
}

/** Why a tag must stay where it is; nothing when it may be moved. */
export function mustStay(
  { name, tag, standsInFor, digest, labels }: TakenTag,
  move: Move,
): string | undefined {
  if (labels[standInLabel] || move === 'any') return undefined
  const taken = `${name} already points to a different image (${digest})`
  if (standsInFor === tag)
    return (
      `${taken}, which is not a stand-in of ours and is never replaced by one. ` +
      'If the stand-in is meant, delete the tag in the registry first.'
    )
  if (move || tag.endsWith(':latest')) return undefined
  return `${taken}. Its users would get something else under the same name: raise the version, or pass --move.`
}

/** One line of what a push will do. @param to nothing when the tag has what is wanted already */
export function plan(name: string, from: string | undefined, to: string | undefined): string {
  if (!to) return `${name}: there already (${from})`
  return `${name}: ${from ?? 'no such tag'} -> ${to}`
}

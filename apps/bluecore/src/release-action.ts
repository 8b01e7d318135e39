/** One revision, as `helm history --output json` lists it. */
export interface Revision {
  revision: number
  status: string
}

/** What brings a release to a state in which helm takes the next command. */
export type Action =
  | { do: 'install' }
  | { do: 'uninstall, then install' }
  | { do: 'forget, then upgrade'; revision: number }
  | { do: 'upgrade' }
  | { do: 'nothing' }

/**
 * Decides what `npm start` does with the release.
 * - A release of which no revision was ever deployed is a first install that was interrupted: it is removed (volumes and
 *   Secrets stay), because there is nothing to roll back to.
 * - `pending-…` means that helm was killed; it refuses every upgrade while such a revision is the last one. Its record is
 *   deleted, and the upgrade starts from the revision before it. `helm rollback` would fail for objects that the killed
 *   upgrade had not yet deleted ("original object … not found").
 * - `failed` needs no preparation: the next upgrade replaces it.
 * @param history oldest first; empty when there is no release
 * @param changed whether the chart or the images differ from what was installed last
 * @see https://github.com/helm/helm/pull/7653 for what helm does after `failed` and `pending-…`
 */
export function releaseAction(history: readonly Revision[], changed: boolean): Action {
  const last = history.at(-1)
  if (!last) return { do: 'install' }
  const everDeployed = history.some(({ status }) => status === 'deployed' || status === 'superseded')
  if (!everDeployed || last.status === 'uninstalling') return { do: 'uninstall, then install' }
  if (last.status.startsWith('pending-')) {
    return { do: 'forget, then upgrade', revision: last.revision }
  }
  return { do: last.status === 'deployed' && !changed ? 'nothing' : 'upgrade' }
}

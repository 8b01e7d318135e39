import { absolutePath, httpUrl, type Settings, SettingsError } from '@bluecore/settings'
import * as z from 'zod/mini'
import type { KeeperSpec } from './keeper.js'

export const leaseShape = {
  /**
   * A folder on the server's volume for the lease; created when it is missing. Not set: nothing prevents a second server from
   * writing to the volume.
   */
  LEASE_FOLDER: z.optional(absolutePath()),
  /** A folder in memory that the guard of the server's container shares. */
  LEASE_PERMITS: z._default(absolutePath(), '/lease'),
  /** Random, generated once for a release, and kept for as long as its data. */
  LEASE_OWNER_ID: z.optional(z.string()),
  /** The release and its namespace, for messages. */
  LEASE_OWNER_NAME: z.optional(z.string()),
  /** This pod and its node, for messages. */
  LEASE_HOLDER: z._default(z.string(), 'unknown'),
  /** Of this pod's node, as the NAS sees it: what a fence is asked to keep away. */
  LEASE_ADDRESS: z.optional(z.string()),
  /** The Deployment of this pod. Pods of different ones stand by for each other. */
  LEASE_MEMBER: z.optional(z.string()),
  /**
   * The server's name in the cluster: the Service NAME-sv follows the holder, and the Lease NAME shows it. Not set: this does
   * not run in a pod that may patch them.
   */
  LEASE_ANNOUNCE: z.optional(z.string()),
  /** The release, as the label app.kubernetes.io/instance of its pods says: part of the Service's selector. */
  LEASE_RELEASE: z._default(z.string(), 'bluecore'),
  /** Timings: see docs/one-writer.md. */
  LEASE_PROFILE: z._default(z.enum(['default', 'slow'], 'default or slow'), 'default'),
  /** The id of another release whose volume is to be taken over once it is silent. */
  LEASE_TAKE_OVER_FROM: z.optional(z.string()),
  /** The site's fence: see docs/one-writer.md. Not set: a silent holder is waited for. */
  LEASE_FENCE_URL: z.optional(httpUrl()),
  /** What the fence knows us by. A secret. */
  LEASE_FENCE_TOKEN: z.optional(z.string()),
}

export const leaseSecrets = ['LEASE_FENCE_TOKEN'] as const

/**
 * @returns undefined when no lease is wanted
 * @throws SettingsError when it is, and its owner is not said, or a fence without its token
 */
export function leaseSpec(settings: Settings<typeof leaseShape>): KeeperSpec | undefined {
  const { LEASE_FOLDER: folder, LEASE_OWNER_ID: id, LEASE_OWNER_NAME: name } = settings
  if (!folder) return undefined
  const { LEASE_FENCE_URL: url, LEASE_FENCE_TOKEN: token, LEASE_ADDRESS: address } = settings
  const problems = Object.entries({ LEASE_OWNER_ID: id, LEASE_OWNER_NAME: name })
    .filter(([, value]) => !value)
    .map(([setting]) => `${setting} is not set, but LEASE_FOLDER is`)
  if (url && !token)
    problems.push('neither LEASE_FENCE_TOKEN nor LEASE_FENCE_TOKEN_FILE is set, but LEASE_FENCE_URL is')
  if (!id || !name || problems.length > 0) throw new SettingsError(problems)
  return {
    folder,
    permits: settings.LEASE_PERMITS,
    owner: { id, name },
    holder: settings.LEASE_HOLDER,
    member: settings.LEASE_MEMBER ?? settings.LEASE_HOLDER,
    profile: settings.LEASE_PROFILE,
    ...(address && { address }),
    ...(url && token && { fence: { url, token } }),
    ...(settings.LEASE_TAKE_OVER_FROM && { takeOverFrom: settings.LEASE_TAKE_OVER_FROM }),
  }
}

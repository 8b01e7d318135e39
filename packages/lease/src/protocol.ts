import type { Timings } from './timings.js'

/** Whose volume it is. */
export interface Owner {
  /** Generated with the release's Secrets, and kept with them: another cluster or namespace has another one. */
  id: string
  /** `bluecore in namespace bluecore`, for messages. */
  name: string
}

/** The right to write under an epoch, as it is on the volume. Exactly one is ever made for each epoch. */
export interface Claim {
  epoch: number
  owner: Owner
  /** Of the pod that made it. A pod that is started again on another machine has another one. */
  nonce: string
  /** `dbserver-7c9f on worker1`, for messages. */
  holder: string
  /** Which of the pods that may hold the lease at a time it is: the name of its Deployment, `dbserver` or `dbserver-2`. */
  member: string
  /** Of its node, for a fence. */
  address?: string
}

/** What a holder writes again and again. */
export interface Heartbeat {
  epoch: number
  /** Increases with each renewal. */
  beat: number
  /** Nothing writes under this claim any more, and nothing will. */
  released: boolean
}

/** What is on the volume. */
export interface View {
  /** The newest claim. Absent: none was ever made, or somebody removed it. */
  claim?: Claim
  /** Of that claim. Absent: somebody removed it. */
  heartbeat?: Heartbeat
  /** Nothing but our own folder is there. */
  empty: boolean
  /** When the folder of the lease changed last, without a claim: one may have been made and removed between two looks. */
  changed?: number
}

/** What may be asked of the volume. */
export type VolumeOperation =
  /** @property atLeast the highest epoch known: a cached listing of an NFS client may not show its claim yet */
  | { name: 'look'; atLeast: number }
  /**
   * Becomes the holder of this epoch, unless another one has.
   * @property after the nonce of the claim before, which must still be there: else somebody has removed the lease, and perhaps
   * a claim of this epoch with it, whose server runs
   */
  | { name: 'claim'; epoch: number; after?: string }
  /** Reads the claim again, then writes the heartbeat. */
  | { name: 'renew'; epoch: number; beat: number }
  | { name: 'release'; epoch: number; beat: number }
  /** Asks the holder of this claim to stop its server in order and to release the lease. */
  | { name: 'ask'; epoch: number; nonce: string }

/** What may be asked of the site: to keep the node of a silent holder from the volume, for `ms` from when it confirms. */
export interface FenceOperation {
  name: 'fence'
  epoch: number
  nonce: string
  address: string
  holder: string
  ms: number
}

/** One at a time. */
export type Operation = VolumeOperation | FenceOperation

export type Answer =
  | { view: View }
  /**
   * Of `claim`: false when the epoch has another holder, or the claim before is gone. Of `renew`: false when the claim is not
   * there any more.
   * @property askedBy the holder of another pod that has asked for the lease
   */
  | { holds: boolean; askedBy?: string }
  | { released: true }
  | { asked: true }
  | { fenced: true }
  /** The volume failed, in words. Whether the operation took effect is not known. */
  | { failed: string }

export type Role =
  /** Watches the holder, and takes over when it is silent for the window. */
  | 'candidate'
  /** May write, until the deadline. */
  | 'holder'
  /** The volume belongs to another release. */
  | 'refused'
  /** Has released the lease, or never had it, and is about to end. */
  | 'ended'

export interface Config {
  timings: Timings
  owner: Owner
  nonce: string
  holder: string
  member: string
  /** Of this pod's node. */
  address?: string
  /** The site has a fence: a silent holder's node may be kept from the volume. */
  fences?: boolean
  /** The id of another owner whose volume may be taken when its heartbeat is silent. */
  takeOverFrom?: string
}

/** Times are of this machine's boot-time clock, in ms. */
export interface State {
  role: Role
  /** That of the newest claim seen; as a holder our own. */
  epoch: number
  /** The server may write until then; 0 when it may not. */
  deadline: number
  /**
   * The epoch in which the volume was taken from a silent holder, whose last writes may still arrive; 0 when it was released,
   * or new. Its machine is another one: what was written on ours is in the same cache.
   */
  taken: number
  /** When the last good renewal started. */
  renewedAt: number
  /** The last epoch of which we were the holder: what ran under it is dead by then. */
  dead?: { epoch: number; at: number }
  /** The operation under way. */
  running?: { operation: Operation; since: number }
  /** When the next operation is due. */
  nextAt: number
  /** What a candidate has seen last, and when it was first known to be so. */
  watched?: { mark: string; since: number }
  /** Whose volume it is, when it is not ours. */
  foreign?: Claim
  /** Why the last operation failed, in words. */
  failure?: string
  /** Asked to end. */
  stopping: boolean
  /** This pod has held the lease at some time. */
  held: boolean
  /** The pod that we give the lease to, as soon as our server has ended. */
  yieldingTo?: string
  /** The epoch that we have given away: it is left to others for the window. */
  yielded: number
  /** The epoch whose holder we have asked for the lease. */
  asked: number
  /** The claim whose node is fenced until then: it is not waited for any longer. */
  fenced?: { epoch: number; nonce: string; until: number }
  /** When the holder, another pod, was last seen to renew. */
  renewal?: { at: number; holder: string; member: string }
}

export type Event =
  /** Time has passed. Needed at least every 100 ms, as a lease ends by time alone. */
  | { name: 'tick' }
  /** Of the operation under way, however late. */
  | { name: 'answer'; answer: Answer }
  /** @property clean nothing of the server is left, and nothing that a silent holder wrote can arrive: the lease may be released */
  | { name: 'stop'; clean: boolean }
  /** The server that was asked to stop has ended, in the same sense. */
  | { name: 'yield' }

export type Action =
  | { name: 'operate'; operation: Operation }
  /**
   * The server may run under this epoch until the deadline.
   * @property yielding it must be stopped in order, and not be started again
   */
  | { name: 'permit'; epoch: number; deadline: number; taken: number; yielding: boolean }
  /** The server must be killed now. */
  | { name: 'revoke' }
  /** This process may end. */
  | { name: 'end' }

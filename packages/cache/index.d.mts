/** `$XDG_CACHE_HOME/bluecore`, else `~/.cache/bluecore`. */
export function cacheFolder(env?: NodeJS.ProcessEnv): string

/** A path below it. */
export function cachePath(...parts: string[]): string

/**
 * A file or folder that is made once, by one process at a time, and appears only when it is whole: an interrupted run
 * leaves nothing that looks done.
 * @param path its name tells what it is made of, so that a stale one is never taken
 * @param make makes it at another path beside it, where nothing is
 * @returns path
 */
export function once(path: string, make: (part: string) => Promise<unknown>): Promise<string>

/**
 * Runs `work` while no other process holds the lock: the kernel's, by flock(1), so a killed holder leaves nothing.
 * @param file made when missing, never removed: a second one of its name would be a second lock
 */
export function withLock<T>(file: string, work: () => Promise<T>): Promise<T>

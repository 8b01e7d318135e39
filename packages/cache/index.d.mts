/** `$XDG_CACHE_HOME/bluecore`, else `~/.cache/bluecore`. */
export function cacheFolder(env?: NodeJS.ProcessEnv): string

/** A path below it. */
export function cachePath(...parts: string[]): string

/**
 * A name derived from inputs: the same bytes give the same name on any machine.
 * @param paths files, or folders whose files all count except tests in Go and Markdown
 * @param texts further inputs: versions, flags
 * @returns 16 hexadecimal digits
 */
export function digestOf(paths: readonly string[], ...texts: string[]): string

/**
 * A file or folder that is created once, by one process at a time, and appears only when it is complete: an interrupted
 * run leaves nothing that looks finished.
 * @param path its name contains a version or a digest of its inputs, so that an outdated one is never used
 * @param make creates it at another path in the same folder, where nothing exists
 * @param options.signal aborts waiting for another process
 * @returns path
 */
export function once(
  path: string,
  make: (part: string) => Promise<unknown>,
  options?: { signal?: AbortSignal | undefined },
): Promise<string>

/**
 * Runs `work` while no other process holds the lock. It is the kernel's, by flock(1): a killed holder leaves nothing.
 * @param file created if missing and never removed, because another process could then lock a new file of that name
 * @param options.signal aborts waiting for the lock; it does not abort `work`
 */
export function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options?: { signal?: AbortSignal | undefined },
): Promise<T>

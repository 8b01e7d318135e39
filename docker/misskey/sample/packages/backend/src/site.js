/**
 * The instance's name and description, and whether sign-up is disabled.
 * @returns {Promise<{name: string, description: string, disableRegistration: boolean}>}
 */
export async function readSite(db) {
  const [site] = await db.query('SELECT "name", "description", "disableRegistration" FROM "meta"')
  return site
}

/** Enables or disables sign-up. */
export async function disableRegistration(db, disabled) {
  await db.query('UPDATE "meta" SET "disableRegistration" = $1', [disabled])
}

/** Reads the site at most every 10 s. Once it was read, the last answer serves while the database is away. */
export function cachedSite(db, log) {
  const maxAge = 10_000
  let last
  let readAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - readAt < maxAge) return last
    try {
      last = await readSite(db)
      readAt = performance.now()
    } catch (error) {
      if (!last) throw error
      log.warn(`the page shows the settings last read: ${error.message}`)
    }
    return last
  }
}

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

/**
 * The site for pages. Like Misskey, it is read again every 10 s in the background, and a page never waits for that.
 * `read()` asks the database; `kept()` does so only when it was never read before.
 */
export function keepSite(db, log) {
  let last
  async function read() {
    last = await readSite(db)
    return last
  }
  const readAgain = () =>
    read().catch(error => log.warn(`pages show the settings last read: ${error.message}`))
  setInterval(readAgain, 10_000).unref()
  return { read, kept: async () => last ?? (await read()) }
}

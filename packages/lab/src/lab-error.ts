/** A failure that is reported to the user without a stack trace: what failed, what was seen, what to do. */
export class LabError extends Error {
  override name = 'LabError'
  /**
   * @param message what failed, one line
   * @param seen last lines of the log concerned
   * @param todo what the user can do
   */
  constructor(
    message: string,
    readonly seen: readonly string[] = [],
    readonly todo?: string,
  ) {
    super(message)
  }
}

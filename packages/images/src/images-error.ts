/** An error that the user can fix: the command prints its message without a stack. */
export class ImagesError extends Error {
  override name = 'ImagesError'
}

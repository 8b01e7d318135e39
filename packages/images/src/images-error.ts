/** Something the reader of the message can mend: the command prints the message without a stack. */
export class ImagesError extends Error {
  override name = 'ImagesError'
}

/**
 * Is it a server's? Not an entry of the file system, of the NAS (`.snapshot`, `@eaDir`, `#recycle`) or of our own programs.
 * @param name of an entry of the volume's folder
 */
export function isData(name: string): boolean {
  return !/^[.@#]/.test(name) && name !== 'lost+found'
}

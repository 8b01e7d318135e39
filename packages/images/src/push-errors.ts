import { ImagesError } from './images-error.js'
import { lookAtStorage } from './registry/client.js'

/** An image is no longer in the engine that built it. @param words the builder's output */
export function lost(words: string): ImagesError {
  return new ImagesError(`the engine no longer has it (${words.trim()}): build it again`)
}

/** A push failed. A full disk of the registry reaches the builder only as an unknown error. @param words the builder's output */
export function refused(words: string): ImagesError {
  const trimmed = words.trim()
  return new ImagesError(/\b5\d\d\b|unknown/i.test(trimmed) ? `${trimmed}. ${lookAtStorage}` : trimmed)
}

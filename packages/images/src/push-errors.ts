import { ImagesError } from './images-error.js'
import { lookAtStorage } from './registry/client.js'

/** An image that was built is gone from where it was built. @param words its builder's */
export function lost(words: string): ImagesError {
  return new ImagesError(`the engine does not have it any more (${words.trim()}): build it again`)
}

/** A push failed. Of a registry whose disk is full, a builder knows only that something went wrong. @param words its own */
export function refused(words: string): ImagesError {
  const trimmed = words.trim()
  return new ImagesError(/\b5\d\d\b|unknown/i.test(trimmed) ? `${trimmed}. ${lookAtStorage}` : trimmed)
}

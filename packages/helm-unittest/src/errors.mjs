/** A way to the binary does not lead there; the message says why. Another way may. */
export class Unavailable extends Error {
  /** @override */
  name = 'Unavailable'
}

/** A signal ended what we were waiting for, and ends us. */
export class Interrupted extends Error {
  /** @override */
  name = 'Interrupted'

  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`ended by ${signal}`)
    this.signal = signal
  }
}

/** The binary cannot be had in this way; the message says why. Another way may work. */
export class Unavailable extends Error {
  /** @override */
  name = 'Unavailable'
}

/** A signal ended the child process, and ends this process too. */
export class Interrupted extends Error {
  /** @override */
  name = 'Interrupted'

  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`ended by ${signal}`)
    this.signal = signal
  }
}

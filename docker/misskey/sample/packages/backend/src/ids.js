import { randomInt } from 'node:crypto'

const epoch = Date.UTC(2000, 0, 1)
const two = 36 ** 2
let counter = randomInt(two)

/**
 * An id of 14 digits of base 36: milliseconds since 2000, a counter, random digits. Ids of one process are in the order in
 * which they were created; those of two processes, to the millisecond.
 */
export function newId(now = Date.now()) {
  counter = (counter + 1) % two
  return digits(now - epoch, 8) + digits(counter, 2) + digits(randomInt(two * two), 4)
}

function digits(number, length) {
  return number.toString(36).padStart(length, '0')
}

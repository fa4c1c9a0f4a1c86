/**
 * Ids. A row's id is a UUIDv7; the id a caller sees says what it names and in which mode:
 * `sub_test_` or `sub_live_`, then the 128 bits in 26 letters and digits (Crockford's base 32, lower case).
 *
 * Owns: making and recognising ids. Does not own: which prefixes exist.
 * Invariant: within a process each id sorts after the one before, also inside one millisecond and when the time
 * given goes backwards. Ids are not secrets: their order tells when they were made.
 */
import { randomFillSync } from 'node:crypto'
import type { Instant } from './domain/time/instant.ts'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const MODE_AND_BODY = /^(test|live)_[0-7][0-9a-hjkmnp-tv-z]{25}$/
const PREFIX = /^[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*$/

const HEX = Buffer.from('0123456789abcdef')

const LARGEST_TIME = 2 ** 48 - 1
const COUNTER_LIMIT = 2 ** 42

// Asking the system for random bytes is the slow part, so they are drawn for more than a thousand ids at once.
const pool = new Uint32Array(4_096)
let poolPosition = pool.length

const bytes = new Uint8Array(16)
// A UUID's text is written here and read in one piece: added up, it would be twenty pieces for each id.
const uuidText = Buffer.from('00000000-0000-0000-0000-000000000000')
let latestTime = -1
// The 42 bits after the time: random at a new millisecond, then counting up in random steps.
let counter = 0

function randomWord(): number {
  if (poolPosition === pool.length) {
    randomFillSync(pool)
    poolPosition = 0
  }
  const word = pool[poolPosition] as number
  poolPosition += 1
  return word
}

function drawNext(now: Instant): void {
  if (!Number.isInteger(now) || now < 0 || now > LARGEST_TIME) {
    throw new RangeError(`An id is made at a whole millisecond since 1970, not at ${now}.`)
  }
  if (now > latestTime) {
    latestTime = now
    counter = startOfCounter()
  } else {
    counter += 1 + (randomWord() >>> 8)
    if (counter >= COUNTER_LIMIT) {
      latestTime += 1
      counter = startOfCounter()
    }
  }
  writeBytes(latestTime, counter, randomWord())
}

// The upper half of the range stays free, so that there is always room to count.
function startOfCounter(): number {
  return (randomWord() >>> 2) * 2 ** 11 + (randomWord() >>> 21)
}

function writeBytes(time: number, count: number, tail: number): void {
  const timeHigh = Math.floor(time / 2 ** 16)
  bytes[0] = timeHigh >>> 24
  bytes[1] = timeHigh >>> 16
  bytes[2] = timeHigh >>> 8
  bytes[3] = timeHigh
  bytes[4] = (time % 2 ** 16) >>> 8
  bytes[5] = time % 256
  const countHigh = Math.floor(count / 2 ** 30)
  const countLow = count % 2 ** 30
  bytes[6] = 0x70 | (countHigh >>> 8)
  bytes[7] = countHigh
  bytes[8] = 0x80 | (countLow >>> 24)
  bytes[9] = countLow >>> 16
  bytes[10] = countLow >>> 8
  bytes[11] = countLow
  bytes[12] = tail >>> 24
  bytes[13] = tail >>> 16
  bytes[14] = tail >>> 8
  bytes[15] = tail
}

/** A UUIDv7 for a row, later in order than every id made before in this process. `now` in epoch milliseconds. */
export function uuidV7(now: Instant): string {
  drawNext(now)
  let position = 0
  for (let index = 0; index < 16; index += 1) {
    if (index === 4 || index === 6 || index === 8 || index === 10) position += 1
    const byte = bytes[index] as number
    uuidText[position] = HEX[byte >>> 4] as number
    uuidText[position + 1] = HEX[byte & 15] as number
    position += 2
  }
  return uuidText.toString('latin1')
}

/** The time inside a UUIDv7: at or a little after the `now` it was made with, because ids never go back. */
export const uuidTime = (uuid: string): Instant => Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16)

/**
 * An id as callers see it.
 *
 * @throws RangeError for a prefix that is not lower-case words joined by underscores.
 * @example newId('sub', false, now) // 'sub_test_01hv…'
 */
export function newId(prefix: string, livemode: boolean, now: Instant): string {
  if (!PREFIX.test(prefix))
    throw new RangeError(`"${prefix}" is not a prefix: lower-case words joined by "_".`)
  drawNext(now)
  let text = livemode ? `${prefix}_live_` : `${prefix}_test_`
  // 26 characters hold 130 bits: two zero bits stand in front.
  let held = 0
  let heldBits = 2
  for (let index = 0; index < 16; index += 1) {
    held = ((held << 8) | (bytes[index] as number)) & 0xfff
    heldBits += 8
    while (heldBits >= 5) {
      heldBits -= 5
      text += ALPHABET[(held >>> heldBits) & 31]
    }
  }
  return text
}

/** Whether the text has the form of an id with this prefix, of either mode. */
export function isId(prefix: string, text: string): boolean {
  return text.startsWith(`${prefix}_`) && MODE_AND_BODY.test(text.slice(prefix.length + 1))
}

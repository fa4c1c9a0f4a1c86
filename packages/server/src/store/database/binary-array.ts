/**
 * Arrays as PostgreSQL keeps them, for hot statements: neither side writes or reads digits, quotes or hyphens.
 * The driver sends a Buffer as it is and says that it is binary; the statement must name the type (`$1::bigint[]`).
 *
 * Owns: one-dimensional arrays without nulls. Does not own: everything else, which goes as text.
 * Invariant: what an element can't hold exactly is refused, never cut.
 */
import { Buffer } from 'node:buffer'

const HEADER_BYTES = 20
const LENGTH_BYTES = 4
const HYPHEN = 45
/** Values of hexadecimal digits by their character's code. */
const digits = new Map(
  [...'0123456789abcdefABCDEF'].map((digit) => [digit.charCodeAt(0), Number(`0x${digit}`)]),
)
const digitOf = Int8Array.from({ length: 128 }, (_, code) => digits.get(code) ?? -1)

export const binaryArray = {
  int2: (values: readonly number[]): Buffer =>
    imageOf(21, 2, values, (image, at, value) => {
      if (value !== (value << 16) >> 16) throw notHeld(value)
      image.setInt16(at, value)
    }),
  int4: (values: readonly number[]): Buffer =>
    imageOf(23, 4, values, (image, at, value) => {
      if (value !== (value | 0)) throw notHeld(value)
      image.setInt32(at, value)
    }),
  int8: (values: readonly number[]): Buffer =>
    imageOf(20, 8, values, (image, at, value) => {
      if (!Number.isSafeInteger(value)) throw notHeld(value)
      const high = Math.floor(value / 2 ** 32)
      image.setInt32(at, high)
      image.setUint32(at + 4, value - high * 2 ** 32)
    }),
  bool: (values: readonly boolean[]): Buffer =>
    imageOf(16, 1, values, (image, at, value) => image.setUint8(at, value ? 1 : 0)),
  /** Of 32 hexadecimal digits, with or without hyphens. */
  uuid: (values: readonly string[]): Buffer => imageOf(2950, 16, values, writeUuid),
}

/** `type` is the elements' oid. */
function imageOf<Value>(
  type: number,
  width: number,
  values: readonly Value[],
  write: (image: DataView, at: number, value: Value) => void,
): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + values.length * (LENGTH_BYTES + width))
  const image = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const header = [1, 0, type, values.length, 1] // dimensions, nulls, type, elements, first index
  header.forEach((part, index) => image.setInt32(4 * index, part))
  let at = HEADER_BYTES
  for (const value of values) {
    image.setInt32(at, width)
    write(image, at + LENGTH_BYTES, value)
    at += LENGTH_BYTES + width
  }
  return bytes
}

function writeUuid(image: DataView, at: number, text: string): void {
  let written = 0
  let high = -1
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position)
    if (code === HYPHEN) continue
    const digit = digitOf[code] ?? -1
    if (digit < 0 || written === 16) throw notHeld(text)
    if (high < 0) high = digit
    else {
      image.setUint8(at + written, high * 16 + digit)
      written += 1
      high = -1
    }
  }
  if (written < 16 || high >= 0) throw notHeld(text)
}

const notHeld = (value: number | string) => new RangeError(`An array can't hold ${value} as it is`)

import type { AllowanceDetails } from '@tollkeeper/contract'

export type ByteUnit = NonNullable<AllowanceDetails['unit']>

/** Bytes in one of each: decimal multiples by the SI, binary ones by the IEC. */
const bytesOf: Record<ByteUnit, bigint> = {
  B: 1n,
  kB: 10n ** 3n,
  MB: 10n ** 6n,
  GB: 10n ** 9n,
  TB: 10n ** 12n,
  PB: 10n ** 15n,
  KiB: 2n ** 10n,
  MiB: 2n ** 20n,
  GiB: 2n ** 30n,
  TiB: 2n ** 40n,
  PiB: 2n ** 50n,
}

export type AmountProblem = 'negative' | 'not_whole' | 'too_large'

/**
 * A figure as it is written in the catalog → whole units of 10^-scale, exactly: through its decimal digits, never
 * through a multiplication of floats.
 *
 * @example toAmount(1.1, 2) // 110
 * @example toAmount(0.5, 0, 'GB') // 500000000
 */
export function toAmount(figure: number, scale: number, unit: ByteUnit = 'B'): number | AmountProblem {
  if (figure < 0) return 'negative'
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(figure))
  if (match === null) return 'too_large'
  const [, whole = '', fraction = '', exponent = '0'] = match
  const digits = BigInt(whole + fraction) * bytesOf[unit]
  const shift = Number(exponent) - fraction.length + scale
  const divisor = shift < 0 ? 10n ** BigInt(-shift) : 1n
  if (digits % divisor !== 0n) return 'not_whole'
  const amount = shift < 0 ? digits / divisor : digits * 10n ** BigInt(shift)
  return amount > BigInt(Number.MAX_SAFE_INTEGER) ? 'too_large' : Number(amount)
}

export function isByteUnitName(unit: string | undefined): boolean {
  return unit !== undefined && ['byte', 'bytes', 'b'].includes(unit.toLowerCase())
}

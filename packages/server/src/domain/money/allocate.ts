/**
 * Splits an amount by weights so that the parts add up to it: each part rounded down, and what is left over to the
 * largest remainders, the first of equal ones before the others. A negative amount is split as its opposite is.
 *
 * @param weights whole and not negative; where all are zero there is nothing to split by, and the amount must be zero
 * @example allocate(100, [1, 1, 1]) // [34, 33, 33]
 */
export function allocate(totalMinor: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + BigInt(weight), 0n)
  if (sum === 0n) {
    if (totalMinor !== 0) throw new Error(`${totalMinor} is to be split by weights that are all zero`)
    return weights.map(() => 0)
  }
  const sign = totalMinor < 0 ? -1 : 1
  const total = BigInt(Math.abs(totalMinor))
  const shares = weights.map((weight, index) => {
    const product = total * BigInt(weight)
    return { index, part: Number(product / sum), remainder: product % sum }
  })
  let left = Math.abs(totalMinor) - shares.reduce((given, { part }) => given + part, 0)
  const byRemainder = shares.toSorted((one, other) => compare(other.remainder, one.remainder))
  for (const share of byRemainder) {
    if (left === 0) break
    share.part += 1
    left -= 1
  }
  return shares.map(({ part }) => part * sign + 0)
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0
}

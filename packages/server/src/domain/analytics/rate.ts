/** A figure that says what it is made of. */
export interface Rate {
  numerator: number
  denominator: number
  /** null where there is nothing to divide by. */
  rate: number | null
}

/** @example rateOf(3, 4) // { numerator: 3, denominator: 4, rate: 0.75 } */
export function rateOf(numerator: number, denominator: number): Rate {
  return { numerator, denominator, rate: denominator === 0 ? null : numerator / denominator }
}

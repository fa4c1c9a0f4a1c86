import { Big } from 'big.js'
import type { Feature } from '../catalog/model.ts'

/** Whole units of what is counted in the feature's scale. */
export function units(amount: number, { scale }: Feature): Big {
  return new Big(amount).div(new Big(10).pow(scale))
}

/** What a catalog says of policies, coupons and taxes: as the API takes it, with "exactly one of" told to the editor. */
import type {
  CouponDefinition,
  DunningStepDefinition,
  OperatorDefinition,
  PoliciesDefinition,
  TaxRateDefinition,
} from './api.gen.ts'

/** `Shape`, with exactly one of `Keys`. */
export type ExactlyOne<Shape, Keys extends keyof Shape> = Omit<Shape, Keys> &
  {
    [Key in Keys]: Required<Pick<Shape, Key>> & { [Other in Exclude<Keys, Key>]?: never }
  }[Keys]

export type CatalogOperator = OperatorDefinition
export type CatalogTaxRate = TaxRateDefinition
/** Either a percentage or an amount. */
export type CatalogCoupon = ExactlyOne<CouponDefinition, 'percentOff' | 'amountOff'>
export type CatalogDunningStep = ExactlyOne<DunningStepDefinition, 'letter' | 'access' | 'action'>

type Dunning = NonNullable<PoliciesDefinition['dunning']>
export type CatalogPolicies = Omit<PoliciesDefinition, 'dunning'> & {
  /** What happens, and when, after an invoice is not paid. Instead of `failure`'s days and access. */
  dunning?: Omit<Dunning, 'steps'> & {
    /** Ascending by days. */
    steps: readonly CatalogDunningStep[]
  }
}

import { compare, type Finding } from './model.ts'

/** Money by its transaction with a provider: as the provider tells it, or as we have it. */
export interface PaymentFacts {
  transaction: string
  currency: string
  amountMinor: number
}

/** One that we have. */
export interface KnownPayment extends PaymentFacts {
  /** null: nobody knows whose it is. */
  customer: string | null
}

/** What a provider took against what we have of it. */
export function checkTakenPayment(
  provider: string,
  taken: PaymentFacts,
  known: KnownPayment | undefined,
): Finding[] {
  const of = { customer: known?.customer ?? null, subject: `${provider} ${taken.transaction}` }
  return compare('provider_payment', of, sideOf(taken), sideOf(known))
}

/** What we have, and the provider, asked for it, knows nothing of. */
export function tellUnknownPayment(provider: string, known: KnownPayment): Finding[] {
  const of = { customer: known.customer, subject: `${provider} ${known.transaction}` }
  return compare('provider_payment', of, sideOf(undefined), sideOf(known))
}

const sideOf = (payment: PaymentFacts | undefined) => ({
  amount: payment?.amountMinor ?? null,
  currency: payment?.currency ?? null,
})

/**
 * Which taxes a document carries, and how much they are.
 *
 * Owns: the place whose rates hold, reverse charge, exemption (`decide-tax.ts`); checksums of VAT ids (`vat-id.ts`);
 * the figures (`compute-tax.ts`). Does not own: the rates, which the catalog declares or a provider answers with.
 * Invariant: tax is rounded once for each document and rate; the lines' shares sum to it; a price that holds its tax
 * already stays what it is to the minor unit.
 */
import type { Operator, TaxRate } from '../catalog/model.ts'
import type { LineTax } from '../invoices/model.ts'

/** A rate as a line carries it, before it has an amount. */
export type AppliedRate = Omit<LineTax, 'taxMinor'>

/** Of the buyer, what its taxes depend on. */
export interface TaxCustomer {
  /** ISO 3166-1, two letters; null = unknown, and then the operator's place holds. */
  country: string | null
  region: string | null
  vatId: string | null
  exempt: boolean
  /** The document says it instead of a rate's name. */
  exemptionReason: string | null
}

export interface TaxTerms {
  operator: Pick<Operator, 'address'>
  customer: TaxCustomer
  /** Every declared rate, or what a provider answered for this very question. */
  rates: readonly TaxRate[]
  /** Local date of the operator, `YYYY-MM-DD`: rates are those of that day. */
  at: string
}

export type TaxTreatment = 'taxed' | 'exempt' | 'reverse_charge' | 'outside_scope'

export interface TaxDecision {
  treatment: TaxTreatment
  /** Whose rates hold; null where none do. */
  country: string | null
  /** The rates of each line, in the order of the lines; never empty. */
  lines: AppliedRate[][]
}

/**
 * Knows rates. It is asked before the decision, never during it: what it answers is handed in as `TaxTerms.rates`. Its
 * rates name the place they are for and the days on which they hold, like declared ones, and they are those of every day
 * until `at`: what was due since the last look is billed by its own day. Whoever asks holds the customer meanwhile, so a
 * provider that has to ask further keeps what it has learnt. One that throws leaves everything as it was.
 */
export interface TaxProvider {
  name: string
  rates(
    question: Omit<TaxTerms, 'rates'>,
    declared: readonly TaxRate[],
  ): readonly TaxRate[] | Promise<readonly TaxRate[]>
}

/** The default: what the catalog declares. */
export const DECLARED_RATES: TaxProvider = { name: 'declared', rates: (_, declared) => declared }

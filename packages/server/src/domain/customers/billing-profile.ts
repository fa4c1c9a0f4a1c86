/** Whom documents are written to, and what their taxes depend on. Invariant: a VAT id that is kept passes its check. */
import { Refusal } from '../../refusal.ts'
import type { PostalAddress } from '../catalog/model.ts'
import { readVatId } from '../taxes/vat-id.ts'

export interface BillingProfile {
  name: string
  email: string | null
  address: PostalAddress | null
  vatId: string | null
  taxExempt: boolean
  /** Why, as the document says it. */
  exemptionReason: string
}

/** What was said of it; the rest is as the customer is. */
export type BillingFields = Partial<BillingProfile>

export function billingProfileOf(customer: {
  name: string
  email: string | null
  billing: BillingFields
}): BillingProfile {
  return {
    name: customer.name,
    email: customer.email,
    address: null,
    vatId: null,
    taxExempt: false,
    exemptionReason: '',
    ...customer.billing,
  }
}

/**
 * The fields with those that are given; the VAT id in its plain form.
 *
 * @throws Refusal `vat_id_invalid`
 */
export function withBilling(
  fields: BillingFields,
  given: { [Name in keyof BillingProfile]?: BillingProfile[Name] | undefined },
): BillingFields {
  const told = Object.entries(given).filter(([, value]) => value !== undefined)
  const next: BillingFields = { ...fields, ...Object.fromEntries(told) }
  if (typeof given.vatId !== 'string') return next
  const read = readVatId(given.vatId)
  if (read === null) {
    throw new Refusal('vat_id_invalid', { param: 'billing.vatId', values: { vatId: given.vatId } })
  }
  return { ...next, vatId: read.id }
}

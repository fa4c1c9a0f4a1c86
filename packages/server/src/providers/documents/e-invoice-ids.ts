/** Which of a party's numbers goes where in an electronic invoice. */
import type { DocumentParty } from './document.ts'
import { isBlank } from './xml.ts'

type TaxIds = DocumentParty['taxIds']

/** ISO 6523 codes of registers whose numbers are asked for by that code. */
const schemes: Record<string, string> = { siren: '0002', siret: '0009' }

/** A VAT id says its country first (BR-CO-9); a number without one is some other registration. */
const isVatId = ({ type, value }: TaxIds[number]) =>
  type === 'vat' && /^[A-Z]{2}[0-9A-Z]/.test(compact(value))
const compact = (value: string) => value.replace(/[\s.-]/g, '').toUpperCase()

export function vatIdOf(taxIds: TaxIds): string | null {
  const found = taxIds.find(isVatId)
  return found === undefined ? null : compact(found.value)
}

export interface OperatorIds {
  /** BT-29 */
  identifier: string | null
  /** BT-30 */
  legal: { value: string; scheme: string | null } | null
  /** BT-31 with the scheme VA, BT-32 with FC. */
  registrations: { scheme: 'VA' | 'FC'; value: string }[]
}

/**
 * Where the tax doesn't apply, no tax registration may be given (BR-O-2), but the seller must still be identifiable
 * (BR-CO-26): by a legal registration, or else by the same number as a plain identifier.
 */
export function operatorIds(all: TaxIds, outsideScope: boolean): OperatorIds {
  const taxIds = all.filter(({ value }) => !isBlank(value))
  const vat = vatIdOf(taxIds)
  const other = taxIds.find((id) => !isVatId(id))
  const legal = other === undefined ? null : { value: other.value, scheme: schemes[other.type] ?? null }
  if (outsideScope) return { identifier: legal === null ? vat : null, legal, registrations: [] }
  if (vat !== null) return { identifier: null, legal, registrations: [{ scheme: 'VA', value: vat }] }
  return {
    identifier: null,
    legal,
    registrations: legal === null ? [] : [{ scheme: 'FC', value: legal.value }],
  }
}

import { Refusal } from '../../refusal.ts'
import type { Invoice } from './model.ts'

/**
 * What can't be done with a document as it stands.
 *
 * @param shown what stands against it, where that is not its status
 * @example throw refuseState(invoice, 'paid_in_part')
 */
export function refuseState(
  { kind, status }: Pick<Invoice, 'kind' | 'status'>,
  shown: Invoice['status'] | 'paid_in_part' | 'credited' | 'disputed' | 'expired' = status,
): Refusal {
  const values = { status: kind === 'credit_note' ? 'credit_note' : shown }
  return new Refusal('invoice_state', { param: 'id', values })
}

import type { OperationContext } from '../../context.ts'
import type { LedgerEntry } from '../../domain/ledger/model.ts'
import { entry, receivedPostings } from '../../domain/ledger/postings.ts'
import { appendEvents } from '../../store/events.ts'
import { insertEntries, NOBODY } from '../../store/ledger.ts'
import { insertUnallocatedReceipt, type UnallocatedReceipt } from '../../store/unallocated-receipts.ts'
import { idsOf } from '../customers/command.ts'

/**
 * Money came in that is for nothing we know: kept once, in the books as unapplied, and told. Whose it is has to be found
 * out by people.
 */
export async function keepUnallocated(
  ctx: OperationContext,
  receipt: Omit<UnallocatedReceipt, 'id' | 'receipt'> & { feeMinor: number },
): Promise<void> {
  const { tx, environment } = ctx
  const newId = idsOf(ctx)
  const id = newId('una')
  if (!(await insertUnallocatedReceipt(tx, environment.id, { ...receipt, id }))) return
  const { provider, transaction, currency, amountMinor, feeMinor, receivedAt } = receipt
  const header: Omit<LedgerEntry, 'postings'> = {
    id: newId('le'),
    cause: `unallocated:${provider}:${transaction}`,
    kind: 'receipt.received',
    currency,
    invoice: null,
    occurredAt: receivedAt,
  }
  const made = entry(header, receivedPostings(provider, amountMinor, feeMinor))
  const now = ctx.clock.now()
  const entries = made === null ? [] : [made]
  for (const statement of insertEntries(environment.id, NOBODY, entries, now)) await tx.query(statement)
  const payload = { unallocatedPayment: id, provider, transaction, currency, amountMinor }
  const told = { type: 'payment.unallocated' as const, subject: transaction, payload, occurredAt: receivedAt }
  await appendEvents(tx, environment.id, NOBODY, [told], now)
}

import type { OperationContext } from '../../context.ts'
import { earn } from '../../domain/ledger/earn.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { loadEarningDocuments, saveEarned } from '../../store/earnings.ts'
import { insertEntries } from '../../store/ledger.ts'
import { idsOf } from '../customers/command.ts'

/**
 * Posts what a customer's documents have earned by now. Its head is locked; nothing else of it changes, so that its state
 * need not be loaded.
 *
 * @param now by the customer's clock
 * @returns how many documents were due
 */
export async function earnRevenue(ctx: OperationContext, customer: number, now: Instant): Promise<number> {
  const environment = ctx.environment.id
  const documents = await loadEarningDocuments(ctx.tx, environment, customer, now)
  const newId = idsOf(ctx)
  const statements = documents.flatMap((document) => {
    const earned = earn(document, now, newId)
    return [
      ...insertEntries(environment, customer, earned.entries, ctx.clock.now()),
      ...saveEarned(environment, customer, document.invoice.id, earned),
    ]
  })
  await Promise.all(statements.map((statement) => ctx.tx.query(statement)))
  return documents.length
}

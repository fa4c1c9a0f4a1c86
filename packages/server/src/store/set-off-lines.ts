/** Lines that a later document set off. Owns: that they run again where that document is void. Does not own: what follows. */
import type { Queryable } from './database/pool.ts'

/** What a document gave back of earlier lines pays for its time again. */
export async function runAgain(
  tx: Queryable,
  environment: number,
  customer: number,
  invoice: string,
): Promise<void> {
  await tx.query({
    name: 'run-lines-again',
    text: `update invoice_line line set stopped_at = null from invoice_line credit, invoice document
           where credit.environment = $1 and credit.customer = $2 and credit.invoice = $3
             and line.environment = $1 and line.customer = $2 and line.id = credit.credits and line.stopped_at is not null
             and document.environment = $1 and document.customer = $2 and document.id = line.invoice
             and document.status <> 'void'`,
    values: [environment, customer, invoice],
  })
}

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

/** How many units of a void `line` are paid for by what its document had set off, which runs again. */
export const unitsPaidAgain = `(
  select coalesce(sum(earlier.quantity::numeric), 0)::float8 from invoice_line credit
  join invoice_line earlier on earlier.environment = credit.environment and earlier.customer = credit.customer
    and earlier.id = credit.credits and earlier.stopped_at is null and earlier.service_end >= line.service_end
    and earlier.kind = line.kind and earlier.reference = line.reference and earlier.component = line.component
  where credit.environment = line.environment and credit.customer = line.customer and credit.invoice = line.invoice)`

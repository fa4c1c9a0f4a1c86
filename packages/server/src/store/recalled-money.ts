/**
 * What is settled, taken up again by a decision: a paid invoice that is credited, a receipt that is given back.
 *
 * Owns: adding it to a customer's money. Invariant: what is there already stays the same object, so that only what the
 * decision changes is written.
 */
import type { CustomerMoney } from '../domain/customers/money.ts'
import type { CustomerState } from '../domain/customers/state.ts'
import type { Queryable } from './database/pool.ts'
import { loadLines } from './invoice-lines.ts'
import { invoiceFromRow, type InvoiceRow } from './invoices.ts'
import { loadReceipts } from './receipts.ts'
import { loadRefunds } from './refunds.ts'

export interface Recall {
  /** With their lines. */
  invoices?: readonly string[]
  receipts?: readonly string[]
  refunds?: readonly string[]
}

/** The money with these, whatever their state. Ids that the customer hasn't are passed over. */
export async function recallMoney(
  tx: Queryable,
  { environment, customer, money }: Pick<CustomerState, 'environment' | 'customer' | 'money'>,
  { invoices = [], receipts = [], refunds = [] }: Recall,
): Promise<CustomerMoney> {
  const loaded = money as CustomerMoney
  const known = new Set(loaded.invoices.map(({ id }) => id))
  const wanted = [...new Set(invoices)]
  const missing = wanted.filter((id) => !known.has(id))
  const { rows } = await tx.query<InvoiceRow>({
    name: 'recalled-invoices',
    text: 'select * from invoice where environment = $1 and customer = $2 and id = any($3::text[]) order by created_at, id',
    values: [environment, customer.id, missing],
  })
  const lines = new Map(loaded.lines)
  for (const id of wanted) {
    if (!lines.has(id)) lines.set(id, await loadLines(tx, environment, customer.id, id))
  }
  const recalled = {
    invoices: rows.map(invoiceFromRow),
    receipts: await loadReceipts(tx, environment, customer.id, { ids: receipts }),
    refunds: await loadRefunds(tx, environment, customer.id, { ids: refunds }),
  }
  return { ...loaded, ...recalled, invoices: [...loaded.invoices, ...recalled.invoices], lines, recalled }
}

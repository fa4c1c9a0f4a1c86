/** What came late of closed stretches. Owns: reading it beside what was billed. Does not own: what that costs. */
import type { LateOverage, LateUse } from '../domain/customers/money.ts'
import type { ClosedStretch } from '../domain/invoices/closed-stretch.ts'
import { NO_DISPUTES } from '../domain/invoices/disputed-lines.ts'
import type { Invoice, InvoiceLine } from '../domain/invoices/model.ts'
import type { Instant } from '../domain/time/index.ts'
import { ofItems } from './customer-statements.ts'
import type { Queryable } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { loadDisputedLines } from './disputed-lines.ts'
import { lineFromRow, loadCreditingLines, type LineRow } from './invoice-lines.ts'
import { endOfWindow } from './usage/windows.ts'

/** What came late of closed stretches, and what of the same is billed already, by the lines that billed it. */
export async function loadLateUse(
  tx: Queryable,
  environment: number,
  customer: number,
  stretches: readonly ClosedStretch[],
): Promise<LateUse[]> {
  if (stretches.length === 0) return []
  const items = stretches.map(({ subscription, currency, start, end }) => ({
    customer,
    subscription,
    currency,
    start: timestampParameter(start),
    end: timestampParameter(end),
  }))
  type Of = { stretch_subscription: number; stretch_start: Instant }
  const [overage, charged] = await Promise.all([
    tx.query<LateOverage & Of>(ofItems(environment, items, lateOverage)),
    tx.query<ChargedRow & Of>(ofItems(environment, items, chargedUse)),
  ])
  const invoices = [...new Set(charged.rows.map(({ invoice }) => invoice))]
  const credits = await loadCreditingLines(tx, environment, customer, invoices)
  const isDisputed = charged.rows.some(({ hasDisputes }) => hasDisputes)
  const disputed = isDisputed ? await loadDisputedLines(tx, environment, customer) : NO_DISPUTES
  return stretches.flatMap((stretch) => {
    const isOf = (row: Of) =>
      row.stretch_subscription === stretch.subscription && row.stretch_start === stretch.start
    // what somebody is writing about it waits until that is final, or gone
    if (charged.rows.some((row) => row.isWritten && isOf(row))) return []
    const late = {
      stretch,
      overage: overage.rows
        .filter(isOf)
        .map(({ feature, unitMinor, windowStart, windowEnd, amount, billed }) => ({
          feature,
          unitMinor,
          windowStart,
          windowEnd,
          amount,
          billed,
        })),
      charged: charged.rows
        .filter(isOf)
        .map((row) => ({ ...chargedFromRow(row), disputed: disputed.of(row.id) })),
      credits,
    }
    return [late]
  })
}

type ChargedRow = LineRow & { document_kind: Invoice['kind']; hasDisputes: boolean; isWritten: boolean }

/** What a credit note charges is below zero there. */
function chargedFromRow({ document_kind, ...row }: ChargedRow): InvoiceLine {
  const line = lineFromRow(row)
  if (document_kind === 'invoice') return line
  return { ...line, amountMinor: 0 - line.amountMinor, discountMinor: 0 - line.discountMinor }
}

const lateOverage = {
  name: 'late-overage',
  text: `select o.customer, o.subscription as stretch_subscription, asked.start as stretch_start, feature, unit_price ->> asked.currency as "unitMinor",
           window_start as "windowStart", ${endOfWindow('o')} as "windowEnd",
           countable(coalesce(sum(amount) filter (where invoice is null), 0)) as amount,
           countable(coalesce(sum(amount) filter (where invoice is not null), 0)) as billed
         from json_to_recordset($2::json)
           as asked (customer bigint, subscription bigint, currency text, start timestamptz, "end" timestamptz)
         join overage o on o.environment = $1 and o.customer = asked.customer and priced
           and o.subscription = asked.subscription and unit_price ? asked.currency
           and at >= asked.start and at < asked."end"
         group by o.customer, o.subscription, asked.start, feature, window_start, unit_price ->> asked.currency
         having coalesce(sum(amount) filter (where invoice is null), 0) <> 0
         order by feature, window_start, 5`,
}

const chargedUse = {
  name: 'charged-use',
  text: `select l.*, i.kind as document_kind, i.status = 'draft' and i.subscription is null as "isWritten",
           asked.subscription as stretch_subscription, asked.start as stretch_start,
           exists (select from dispute d where d.environment = $1 and d.customer = asked.customer and d.status <> 'won')
             as "hasDisputes"
         from json_to_recordset($2::json)
           as asked (customer bigint, subscription bigint, currency text, start timestamptz, "end" timestamptz)
         join invoice_line l on l.environment = $1 and l.customer = asked.customer
           and l.service_end > asked.start and l.service_end <= asked."end"
           and l.kind in ('usage', 'overage') and l.credits is null
           and (l.subscription = asked.subscription or l.subscription is null and exists (
             select from pending_item item where item.environment = l.environment and item.customer = l.customer
               and item.invoice = l.invoice and item.subscription = asked.subscription))
         join invoice i on i.environment = l.environment and i.customer = l.customer and i.id = l.invoice
           and i.currency = asked.currency and i.status <> 'void'
         order by i.created_at, l.id collate "C"`,
}

/**
 * What a subscription has to be charged for at the end of a period: use that no invoice has, and what was charged in advance.
 *
 * Owns: reading it. Does not own: what came late of what is closed (`late-use.ts`), what it costs (`domain/invoices/closing-lines.ts`).
 */
import type { UnbilledUsage } from '../domain/customers/money.ts'
import type { Subscription } from '../domain/subscriptions/model.ts'
import type { Instant } from '../domain/time/index.ts'
import { ofItems } from './customer-statements.ts'
import type { Queryable } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { endOfWindow } from './usage/windows.ts'

/** A feature whose use a price counts: by the customer's pool, or by its members together. */
export interface CountedFeature {
  feature: number
  byMember: boolean
}

/** Use of windows that have ended, and what the subscription was charged in advance. */
export async function loadUnbilledUsage(
  tx: Queryable,
  environment: number,
  customer: number,
  subscription: Subscription,
  { counted, withAdvance }: { counted: readonly CountedFeature[]; withAdvance: boolean },
): Promise<Omit<UnbilledUsage, 'late' | 'discounted'>> {
  const { number, currency, periodStart, closedUntil } = subscription
  const from = Math.max(periodStart, closedUntil ?? periodStart)
  const [overage, windows, advance] = await Promise.all([
    tx.query<UnbilledUsage['overage'][number]>(
      ofItems(
        environment,
        [{ customer, subscription: number, currency, start: timestampParameter(from) }],
        unbilledOverage,
      ),
    ),
    counted.length === 0
      ? { rows: [] }
      : tx.query<UnbilledUsage['windows'][number]>(
          ofItems(
            environment,
            counted.map((each) => ({ customer, ...each, start: timestampParameter(periodStart) })),
            unbilledWindows,
          ),
        ),
    withAdvance ? loadChargedInAdvance(tx, environment, customer, subscription) : [],
  ])
  return {
    overage: overage.rows.map(({ feature, unitMinor, windowStart, windowEnd, amount }) => ({
      feature,
      unitMinor,
      currency,
      windowStart,
      windowEnd,
      amount,
    })),
    windows: windows.rows.map(({ feature, windowStart, windowEnd, used, billed, givenAnew = false }) => ({
      feature,
      windowStart,
      windowEnd,
      used,
      billed,
      givenAnew,
    })),
    advance,
  }
}

/** What the plan and its quantities were charged in advance for the running period, less what changes gave back. */
export async function loadChargedInAdvance(
  tx: Queryable,
  environment: number,
  customer: number,
  { number, periodStart, periodEnd }: Subscription,
): Promise<UnbilledUsage['advance']> {
  const asked = {
    customer,
    subscription: number,
    start: timestampParameter(periodStart),
    end: timestampParameter(periodEnd),
  }
  const { rows } = await tx.query<AdvanceRow>(ofItems(environment, [asked], chargedInAdvance))
  return rows.map(({ amountMinor, start, end }) => ({ amountMinor, service: { start, end } }))
}

const unbilledOverage = {
  name: 'unbilled-overage',
  text: `select overage.customer, feature, unit_price ->> asked.currency as "unitMinor", window_start as "windowStart",
           ${endOfWindow('overage')} as "windowEnd", countable(sum(amount)) as amount
         from json_to_recordset($2::json)
           as asked (customer bigint, subscription bigint, currency text, start timestamptz)
         join overage on environment = $1 and overage.customer = asked.customer and priced and invoice is null
           and overage.subscription = asked.subscription and unit_price ? asked.currency and at >= asked.start
         group by overage.customer, feature, window_start, unit_price ->> asked.currency having sum(amount) > 0
         order by feature, window_start, 3`,
}

const unbilledWindows = {
  name: 'unbilled-windows',
  text: `select w.customer, w.feature, window_start as "windowStart", max(window_end) as "windowEnd",
           countable(sum(used)) as used, countable(sum(billed)) as billed,
           bool_or(given_anew) as "givenAnew"
         from json_to_recordset($2::json)
           as counted (customer bigint, feature int, "byMember" boolean, start timestamptz)
         join usage_window w on w.environment = $1 and w.customer = counted.customer and w.feature = counted.feature
           and (member <> 0) = "byMember"
         group by w.customer, w.feature, window_start, counted.start
         having sum(used) > sum(billed) or (sum(used) > 0 and window_start >= counted.start)
         order by w.feature, window_start`,
}

interface AdvanceRow {
  amountMinor: number
  start: Instant
  end: Instant
}

/** What was voided, or credited by hand, is a favour: no minimum takes it back. What the period's beginning stopped is no part of it. */
const chargedInAdvance = {
  name: 'charged-in-advance',
  text: `select l.customer, case i.kind when 'invoice' then l.amount_minor else -l.amount_minor end as "amountMinor",
           l.service_start as start, l.service_end as "end"
         from json_to_recordset($2::json)
           as asked (customer bigint, subscription bigint, start timestamptz, "end" timestamptz)
         join invoice_line l on l.environment = $1 and l.customer = asked.customer
         join invoice i on i.environment = l.environment and i.customer = l.customer and i.id = l.invoice
         left join invoice_line of on of.environment = l.environment and of.customer = l.customer and of.id = l.credits
         where coalesce(l.subscription, of.subscription) = asked.subscription
           and l.service_end > asked.start and l.service_start < asked."end"
           and coalesce(of.stopped_at, l.stopped_at, 'infinity') > asked.start
           and (i.collection <> 'prepaid' or i.status = 'paid' and i.on_paid is not null)
           and (case l.kind when 'credit' then of.kind else l.kind end) in ('plan', 'quantity')
           and (l.kind = 'credit' or i.kind = 'invoice' or l.amount_minor < 0)`,
}

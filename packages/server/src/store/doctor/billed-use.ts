import type {
  BilledOverage,
  ChargedUse,
  FreeUse,
  LostOverage,
  UseCounter,
  UseFacts,
  UseGap,
} from '../../domain/doctor/billed-use.ts'
import type { ClosedStretch } from '../../domain/invoices/closed-stretch.ts'
import { stretchFromRow, type Versions } from '../closed-stretches.ts'
import type { Queryable } from '../database/pool.ts'
import { timestampParameter } from '../database/type-parsers.ts'
import type { Page } from './books.ts'

type Of<Fact> = Fact & { customer: number }

/** By the customer's surrogate, oldest first. */
export async function loadClosedStretches(
  db: Queryable,
  versions: Versions,
  { environment, customers }: Page,
): Promise<Map<number, ClosedStretch[]>> {
  const { rows } = await db.query({
    name: 'doctor-stretches',
    text: `select c.*, s.ended_at is not null and s.settles_at is null as settled
           from closed_stretch c
           join subscription s on s.environment = c.environment and s.customer = c.customer and s.number = c.subscription
           where c.environment = $1 and c.customer = any($2::bigint[]) order by c.start_at`,
    values: [environment, customers],
  })
  const stretches = new Map<number, ClosedStretch[]>()
  for (const row of rows) {
    const known = stretches.get(row.customer) ?? []
    stretches.set(row.customer, [...known, await stretchFromRow(row, versions, db)])
  }
  return stretches
}

/** What is said to be billed of each customer's use, by surrogate. @param counted the features whose windows are read */
export async function loadBilledUse(
  db: Queryable,
  { environment, customers }: Page,
  counted: readonly number[],
): Promise<(customer: number) => Omit<UseFacts, 'stretches'>> {
  const values = [environment, customers]
  const charged = await db.query<Of<ChargedUse>>({ name: 'doctor-charged-use', text: chargedUse, values })
  const counters = await db.query<Of<UseCounter>>({
    name: 'doctor-use-counters',
    text: useCounters,
    values: [...values, counted],
  })
  const overage = await db.query<Of<BilledOverage>>({
    name: 'doctor-billed-overage',
    text: billedOverage,
    values,
  })
  const disputes = await db.query<{ customer: number }>({
    name: 'doctor-disputing',
    text: 'select distinct customer from dispute where environment = $1 and customer = any($2::bigint[])',
    values,
  })
  return (id) => ({
    charged: charged.rows.filter(({ customer }) => customer === id),
    counters: counters.rows.filter(({ customer }) => customer === id),
    overage: overage.rows.filter(({ customer }) => customer === id),
    hasDisputes: disputes.rows.some(({ customer }) => customer === id),
  })
}

/**
 * Void ones too: their use stays charged, as does what is credited by hand, on lines that repeat those they credit. What was
 * used in no time at all is of no stretch.
 */
const chargedUse = `
  with line as (
    select l.customer, l.kind, l.reference, l.component, l.quantity, l.service_start as start_at, l.service_end as end_at
    from invoice_line l
    join invoice i on i.environment = l.environment and i.customer = l.customer and i.id = l.invoice
    left join invoice_line of on of.environment = l.environment and of.customer = l.customer and of.id = l.credits
    where l.environment = $1 and l.customer = any($2::bigint[]) and l.kind in ('usage', 'overage')
      and (i.kind = 'invoice' or of.quantity is distinct from l.quantity)
    union all
    select customer, line ->> 'kind', line ->> 'reference', line ->> 'component', line ->> 'quantity',
      to_timestamp((line -> 'service' ->> 'start')::numeric / 1000), to_timestamp((line -> 'service' ->> 'end')::numeric / 1000)
    from pending_item
    where environment = $1 and customer = any($2::bigint[]) and invoice is null and line ->> 'kind' in ('usage', 'overage')
  )
  select line.customer, line.kind, f.id as feature, line.component, end_at as end,
    countable(sum(quantity::numeric * 10::numeric ^ (f.document ->> 'scale')::integer)) as amount
  from line join feature f on f.environment = $1 and f.key = line.reference
  where line.kind = 'overage' or start_at < end_at
  group by 1, 2, 3, 4, 5`

const useCounters = `
  select customer, feature, member <> 0 as "byMember", window_start as start, max(window_end) as end,
    countable(sum(used)) as used, countable(sum(billed)) as billed
  from (
    select customer, feature, member, window_start, window_end, used, billed from usage_window
    where environment = $1 and customer = any($2::bigint[]) and feature = any($3::integer[])
    union all
    select customer, feature, member, window_start, window_end, used, billed from balance
    where environment = $1 and customer = any($2::bigint[]) and feature = any($3::integer[]) and window_start > '-infinity'
  ) counter
  group by 1, 2, 3, 4`

const billedOverage = `
  select customer, feature, countable(sum(amount)) as amount, countable(sum(least(amount, 0))) as back
  from overage
  where environment = $1 and customer = any($2::bigint[]) and priced and invoice is not null
  group by 1, 2`

/**
 * Of periods, what was used in moments in which other terms may have held for no time at all, under another subscription, or
 * elsewhere, before its customer was imported. In the order of the gaps.
 */
export async function loadFreeUse(
  db: Queryable,
  environment: number,
  gaps: readonly UseGap[],
): Promise<FreeUse[]> {
  if (gaps.length === 0) return []
  const asked = gaps.map(({ customer, subscription, feature, start, end, moments }, place) => ({
    place,
    customer: customer.id,
    subscription: subscription.number,
    feature: feature.id,
    start: timestampParameter(start),
    end: timestampParameter(end),
    moments: moments.map(timestampParameter),
  }))
  const { rows } = await db.query<FreeUse>({
    name: 'doctor-free-use',
    text: `select countable(coalesce(sum(greatest(e.amount, 0)), 0)) as amount,
             countable(coalesce(sum(least(e.amount, 0)), 0)) as back
           from json_to_recordset($2::json) as asked (place integer, customer bigint, subscription bigint, feature integer,
             start timestamptz, "end" timestamptz, moments timestamptz[])
           left join usage_event e on e.environment = $1 and e.customer = asked.customer and e.feature = asked.feature
             and e.window_start >= asked.start and e.window_start < asked."end"
             and (e.occurred_at = any(asked.moments) or e.subscription <> asked.subscription or e.verb = 9)
           group by asked.place order by asked.place`,
    values: [environment, JSON.stringify(asked)],
  })
  return rows
}

/**
 * Above an allowance at a price: charged by what is not there, or not at all though its time is closed. What comes when its
 * subscription has had its last invoice is charged no more.
 */
export async function loadLostOverage(
  db: Queryable,
  { environment, customers }: Page,
): Promise<LostOverage[]> {
  const { rows } = await db.query<LostOverage>({
    name: 'doctor-lost-overage',
    text: `with lost as (
             select o.customer, o.subscription, o.feature, o.amount, o.invoice from overage o
             where o.environment = $1 and o.customer = any($2::bigint[]) and o.priced and o.invoice is not null
               and not exists (select from invoice i
                 where i.environment = $1 and i.customer = o.customer and i.id = o.invoice)
               and not exists (select from pending_item p
                 where p.environment = $1 and p.customer = o.customer and p.id = o.invoice)
             union all
             select o.customer, o.subscription, o.feature, o.amount, null from overage o
             join closed_stretch c on c.environment = $1 and c.customer = o.customer and c.subscription = o.subscription
               and o.at >= c.start_at and o.at < c.end_at and o.unit_price ? c.currency and not c.reopened
             join subscription s on s.environment = $1 and s.customer = o.customer and s.number = o.subscription
             where o.environment = $1 and o.customer = any($2::bigint[]) and o.priced and o.invoice is null
               and (s.ended_at is null or s.settles_at is not null)
           )
           select c.key as customer, s.id as subscription, f.key as feature, lost.invoice as by,
             (sum(lost.amount) / 10 ^ (f.document ->> 'scale')::integer)::float8 as amount
           from lost
           join customer c on c.environment = $1 and c.id = lost.customer
           join subscription s on s.environment = $1 and s.customer = lost.customer and s.number = lost.subscription
           join feature f on f.id = lost.feature
           where c.deleted_at is null
           group by 1, 2, 3, 4, f.document having sum(lost.amount) <> 0`,
    values: [environment, customers],
  })
  return rows
}

import type { PeriodOverlap, ShortLine } from '../../domain/doctor/periods.ts'
import type { Instant } from '../../domain/time/index.ts'
import type { Queryable } from '../database/pool.ts'
import type { Page } from './books.ts'

/**
 * A line that a change has stopped charges until then; one of an order that gave nothing charges nothing, and beside one that
 * was credited by hand another charges what is more.
 */
const charged = `charged as (
    select l.customer, l.id, l.invoice, l.subscription, l.kind, l.reference, l.component, l.service_start as start_at,
      least(l.service_end, l.stopped_at) as end_at
    from invoice_line l
    join invoice i on i.environment = l.environment and i.customer = l.customer and i.id = l.invoice
    where l.environment = $1 and l.customer = any($2::bigint[]) and l.kind in ('plan', 'quantity', 'add_on', 'bundle')
      and l.subscription is not null and l.amount_minor <> 0
      and (l.amount_minor < 0) = (i.kind = 'credit_note') and l.credited_minor = 0
      and i.status <> 'void' and (i.collection <> 'prepaid' or i.status = 'paid' and i.on_paid is not null)
  )`

/** More units beside what is void, or was credited by hand: each step is a line of its own. */
const besideFavour = `kind = 'quantity' and exists (select from invoice_line favour
  join invoice i on i.environment = favour.environment and i.customer = favour.customer and i.id = favour.invoice
  where favour.environment = $1 and favour.customer = charged.customer and favour.subscription = charged.subscription
    and favour.kind = 'quantity' and favour.component = charged.component and favour.service_start <= charged.start_at
    and favour.service_end > charged.start_at and (favour.credited_minor > 0 or i.status = 'void'))`

/** A plan that prorates nothing gives nothing back of what was paid ahead, and begins another interval whole. */
const beginsWhole = `i.reason = 'change' and exists (select from catalog_item p
  join catalog_item_version v on v.item = p.id
  where p.environment = i.environment and p.kind = 'plan' and p.key = i.plan
    and v.document -> 'policies' ->> 'proration' = 'none')`

/**
 * Stretches of a plan, or of one of its quantities, that are charged though an earlier line charges them still; of a
 * module, of which there may be several, those that a new period charges though the one before does.
 */
export async function loadPeriodOverlaps(
  db: Queryable,
  { environment, customers }: Page,
): Promise<PeriodOverlap[]> {
  const { rows } = await db.query<PeriodOverlap>({
    name: 'doctor-overlaps',
    text: `with ${charged}, ordered as (
             select customer, invoice, start_at, end_at, max(end_at) over (
               partition by customer, subscription, kind, component order by start_at, id
               rows between unbounded preceding and 1 preceding) as earlier_end
             from charged where start_at < end_at and kind in ('plan', 'quantity') and not (${besideFavour})
           ), opened as (
             select distinct customer, subscription, period_start from invoice
             where environment = $1 and customer = any($2::bigint[]) and period_start is not null and status <> 'void'
           ), twice as (
             select customer, invoice, start_at, earlier_end from ordered where start_at < earlier_end
             union
             select l.customer, l.invoice, l.start_at, earlier.end_at from charged l
             join opened o on o.customer = l.customer and o.subscription = l.subscription and o.period_start = l.start_at
             join charged earlier on earlier.customer = l.customer and earlier.subscription = l.subscription
               and earlier.kind = l.kind and earlier.reference = l.reference and earlier.component = l.component
               and earlier.start_at < l.start_at and earlier.end_at > l.start_at
             where l.kind in ('add_on', 'bundle') and l.start_at < l.end_at
           )
           select c.key as customer, t.invoice, t.start_at as "periodStart", t.earlier_end as "previousEnd"
           from twice t join customer c on c.environment = $1 and c.id = t.customer
           join invoice i on i.environment = $1 and i.customer = t.customer and i.id = t.invoice
           where not (${beginsWhole})`,
    values: [environment, customers],
  })
  return rows
}

export async function loadShortLines(db: Queryable, { environment, customers }: Page): Promise<ShortLine[]> {
  const { rows } = await db.query<ShortLine>({
    name: 'doctor-short-lines',
    text: `select distinct c.key as customer, i.id as invoice, i.period_end as "periodEnd", l.service_end as "lineEnd"
           from invoice i
           join invoice_line l on l.environment = i.environment and l.customer = i.customer and l.invoice = i.id
           join customer c on c.environment = i.environment and c.id = i.customer
           where i.environment = $1 and i.customer = any($2::bigint[]) and l.kind in ('plan', 'quantity')
             and l.service_start = i.period_start and l.service_end <> i.period_end`,
    values: [environment, customers],
  })
  return rows
}

/** How far the lines of a plan reach, those of void invoices too, by the subscription's surrogate. */
export async function loadChargedUntil(
  db: Queryable,
  { environment, customers }: Page,
): Promise<Map<number, Instant>> {
  const { rows } = await db.query<{ subscription: number; until: Instant }>({
    name: 'doctor-charged-until',
    text: `select l.subscription, max(least(l.service_end, l.stopped_at)) as until
           from invoice_line l
           where l.environment = $1 and l.customer = any($2::bigint[]) and l.kind in ('plan', 'quantity')
             and l.service_start < l.service_end
           group by l.subscription`,
    values: [environment, customers],
  })
  return new Map(rows.map(({ subscription, until }) => [subscription, until]))
}

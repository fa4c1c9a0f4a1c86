import type { PeriodGap, PeriodOverlap, ShortLine } from '../../domain/doctor/periods.ts'
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

/**
 * A plan that prorates nothing gives nothing back of what was paid ahead, and begins another interval whole: from then on
 * the lines of before are no earlier ones. A test clock stands still: of one instant, ids tell what came first.
 */
const begunWhole = `begun_whole as (
    select i.customer, i.subscription, i.period_start, right(i.id, 26) as made from invoice i
    where i.environment = $1 and i.customer = any($2::bigint[]) and i.reason = 'change' and i.period_start is not null
      and exists (select from catalog_item p join catalog_item_version v on v.item = p.id
        where p.environment = i.environment and p.kind = 'plan' and p.key = i.plan
          and v.document -> 'policies' ->> 'proration' = 'none')
  ), epochs as (
    select charged.*, (select count(*) from begun_whole b where b.customer = charged.customer
      and b.subscription = charged.subscription
      and (b.period_start, b.made) <= (charged.start_at, right(charged.invoice, 26))) as epoch
    from charged
  )`

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
    text: `with ${charged}, ${begunWhole}, ordered as (
             select customer, invoice, start_at, end_at, max(end_at) over (
               partition by customer, subscription, kind, component, epoch order by start_at, id
               rows between unbounded preceding and 1 preceding) as earlier_end
             from epochs charged where start_at < end_at and kind in ('plan', 'quantity') and not (${besideFavour})
           ), opened as (
             select distinct customer, subscription, period_start from invoice
             where environment = $1 and customer = any($2::bigint[]) and period_start is not null and status <> 'void'
           ), twice as (
             select customer, invoice, start_at, earlier_end from ordered where start_at < earlier_end
             union
             select l.customer, l.invoice, l.start_at, earlier.end_at from epochs l
             join opened o on o.customer = l.customer and o.subscription = l.subscription and o.period_start = l.start_at
             join epochs earlier on earlier.customer = l.customer and earlier.subscription = l.subscription
               and earlier.epoch = l.epoch and earlier.kind = l.kind and earlier.reference = l.reference and earlier.component = l.component
               and earlier.start_at < l.start_at and earlier.end_at > l.start_at
             where l.kind in ('add_on', 'bundle') and l.start_at < l.end_at
           )
           select c.key as customer, t.invoice, t.start_at as "periodStart", t.earlier_end as "previousEnd"
           from twice t join customer c on c.environment = $1 and c.id = t.customer`,
    values: [environment, customers],
  })
  return rows
}

/**
 * Periods that begin after the end of what was charged before them, though nothing has happened in between that would
 * charge nothing: neither a pause nor a change.
 */
export async function loadPeriodGaps(db: Queryable, { environment, customers }: Page): Promise<PeriodGap[]> {
  const { rows } = await db.query<PeriodGap>({
    name: 'doctor-gaps',
    text: `with plan_line as (
             select customer, subscription, invoice, service_start, service_end from invoice_line
             where environment = $1 and customer = any($2::bigint[]) and kind in ('plan', 'quantity') and credits is null
               and service_start < service_end
           ), opened as (
             select distinct i.customer, i.subscription, i.id as invoice, i.period_start, s.id as subject
             from invoice i
             join subscription s on s.environment = i.environment and s.customer = i.customer
               and s.number = i.subscription and s.authority = 'engine'
             join plan_line l on l.customer = i.customer and l.invoice = i.id and l.service_start = i.period_start
             where i.environment = $1 and i.customer = any($2::bigint[]) and i.reason = 'period'
           ), behind as (
             select opened.*, (select max(l.service_end) from plan_line l where l.customer = opened.customer
               and l.subscription = opened.subscription and l.service_start < opened.period_start) as earlier_end
             from opened
           )
           select c.key as customer, b.invoice, b.period_start as "periodStart", b.earlier_end as "previousEnd"
           from behind b join customer c on c.environment = $1 and c.id = b.customer
           where b.earlier_end < b.period_start and not exists (select from event e
             where e.environment = $1 and e.customer = b.customer and e.subject = b.subject
               and e.type in ('subscription.activated', 'subscription.changed', 'subscription.paused', 'subscription.resumed')
               and e.occurred_at between b.earlier_end and b.period_start)`,
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

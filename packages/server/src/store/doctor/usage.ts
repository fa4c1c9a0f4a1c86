import type { BalanceFacts, GrantFacts } from '../../domain/doctor/usage.ts'
import type { Queryable } from '../database/pool.ts'
import type { Page } from './books.ts'

export async function loadGrantFacts(db: Queryable, { environment, customers }: Page): Promise<GrantFacts[]> {
  const { rows } = await db.query<
    Omit<GrantFacts, 'moved'> & Record<`moved_${keyof GrantFacts['moved']}`, number>
  >({
    name: 'doctor-grants',
    text: `select c.key as customer, g.id, g.amount, g.burnt, g.held, g.expired, m.*
           from grant_ g
           join customer c on c.environment = g.environment and c.id = g.customer
           join lateral (
             select countable(coalesce(sum(amount) filter (where kind in ('granted', 'changed')), 0)) as moved_amount,
               countable(coalesce(sum(case kind when 'burnt' then amount when 'returned' then -amount end), 0)) as moved_burnt,
               countable(coalesce(sum(case kind when 'held' then amount when 'released' then -amount end), 0)) as moved_held,
               countable(coalesce(sum(amount) filter (where kind = 'expired'), 0)) as moved_expired
             from grant_movement m
             where m.environment = g.environment and m.customer = g.customer and m.grant_number = g.number
           ) m on true
           where g.environment = $1 and g.customer = any($2::bigint[])`,
    values: [environment, customers],
  })
  return rows.map(({ moved_amount, moved_burnt, moved_held, moved_expired, ...grant }) => ({
    ...grant,
    moved: { amount: moved_amount, burnt: moved_burnt, held: moved_held, expired: moved_expired },
  }))
}

type BalanceRow = Omit<BalanceFacts, 'holds'> & { held_reserved: number; held_leased: number }

const ownGrants = (
  of: string,
  member: string,
) => `exists (select from grant_ own where own.environment = ${of}.environment
  and own.customer = ${of}.customer and own.feature = ${of}.feature and own.member = ${member})`

const eventsIn = (more: string) => `coalesce((select sum(e.total) from event e where e.customer = b.customer
  and e.feature = b.feature and e.window_start = b.window_start ${more}), 0)`

/**
 * Of the events in a balance's window, those that must be its own. A use doesn't say whether it was taken from the customer's
 * balance or the member's own. Where terms have changed from one to the other, or a member's part began in the middle of the
 * pool's window, only that much is certain.
 */
const certainEvents = `case
  when b.member = 0 then ${eventsIn(`and (e.member = 0 or not ${ownGrants('e', 'e.member')})`)}
  when not ${ownGrants('b', 'b.member')} then 0
  when exists (select from balance pool where pool.environment = b.environment and pool.customer = b.customer
    and pool.feature = b.feature and pool.member = 0 and pool.window_start = b.window_start) then 0
  else ${eventsIn('and e.member = b.member')} end`

/**
 * What grants in force have left: what is free, and what holds of the window that runs are bound to. What a hold of an ended
 * window is bound to, the running one does not have, though its grant stays open until that hold is closed.
 */
const unburnt = `coalesce((select sum(amount - burnt - held - expired) from grant_ g where g.environment = b.environment
  and g.customer = b.customer and g.feature = b.feature and g.member = b.member and g.closed_at is null
  and g.starts_at <= b.decided_at), 0)
  + coalesce((select sum((part ->> 'amount')::bigint) from hold h, jsonb_array_elements(h.allocation) part
    where h.environment = b.environment and h.customer = b.customer and h.feature = b.feature and h.status = 'open'
      and h.window_start = b.window_start and b.member = case h.takes when 'member' then h.member else 0 end), 0)`

/**
 * What counts for a pool counts for its members as well, so a member's own balance there is bound by no grant. What a member
 * holds of a gauge is no sum of events: what was stated or given back for all was nobody's in particular. A window that began
 * in the instant in which another ended that had begun in it (on a clock that stands still) can't be told from that one.
 */
const balanceFacts = `
  with pages as (select $1::smallint as environment, unnest($2::bigint[]) as customer),
  event as (
    select e.environment, e.customer, e.feature, e.member, e.window_start, sum(e.amount) as total
    from pages join usage_event e using (environment, customer) group by 1, 2, 3, 4, 5
  )
  select c.key as customer, f.key as feature, m.key as member, b.used, b.reserved, b.leased, b.overage, b.folded, b.capacity,
    countable(case when f.document ->> 'kind' = 'gauge' and b.member <> 0 then b.used else least(
      greatest(b.used, ${certainEvents}), ${eventsIn('and (b.member = 0 or e.member = b.member)')}
    ) end) as "eventsTotal",
    h.held_reserved, h.held_leased,
    countable(coalesce((select sum(case kind when 'burnt' then amount when 'returned' then -amount end) from grant_movement g
      where g.environment = b.environment and g.customer = b.customer and g.feature = b.feature and g.member = b.member
        and g.window_start = b.window_start), 0)) as burnt,
    countable(${unburnt}) as unburnt,
    f.document ->> 'kind' in ('meter', 'credits') and not b.unlimited and b.window_start > '-infinity' and b.valid_until > '-infinity'
      and not (b.member <> 0 and exists (
      select from balance pool where pool.environment = b.environment and pool.customer = b.customer
        and pool.feature = b.feature and pool.member = 0 and pool.shared)) as "fedByGrants"
  from pages join balance b using (environment, customer)
  join customer c on c.environment = b.environment and c.id = b.customer
  join feature f on f.id = b.feature
  left join member m on m.environment = b.environment and m.customer = b.customer and m.id = b.member
  join lateral (
    select countable(coalesce(sum(amount) filter (where kind = 'reservation'), 0)) as held_reserved,
      countable(coalesce(sum(amount) filter (where kind = 'lease'), 0)) as held_leased
    from hold h where h.environment = b.environment and h.customer = b.customer and h.feature = b.feature
      and h.status = 'open'
      and case when b.member = 0 then h.takes <> 'member' and h.window_start = b.window_start
               else h.member = b.member and h.takes <> 'customer' end
  ) h on true
  where not exists (select from grant_ g where g.environment = b.environment and g.customer = b.customer
    and g.feature = b.feature and g.starts_at = b.window_start and g.closed_at = b.window_start)`

export async function loadBalanceFacts(
  db: Queryable,
  { environment, customers }: Page,
): Promise<BalanceFacts[]> {
  const { rows } = await db.query<BalanceRow>({
    name: 'doctor-balances',
    text: balanceFacts,
    values: [environment, customers],
  })
  return rows.map(({ held_reserved, held_leased, ...balance }) => ({
    ...balance,
    holds: { reserved: held_reserved, leased: held_leased },
  }))
}

/**
 * Do the books agree? Reads the tables and answers what does not, in sentences; nothing when all is well.
 * Meant for customers at rest: nobody takes meanwhile, and no window has turned.
 */
import type { Database } from '../../../src/store/database/pool.ts'

interface Finding {
  finding: string
}

/** Each statement answers sentences. $1 environment, $2 the caller's ids of the customers. */
const statements: Record<string, string> = {
  'events add up to what was used': `
    select format('%s %s/%s: %s used, but its events add up to %s', c.key, f.key, b.member, b.used, coalesce(e.total, 0)) as finding
    from balance b
    join customer c on c.environment = b.environment and c.id = b.customer
    join feature f on f.id = b.feature
    left join lateral (select sum(amount)::bigint as total from usage_event e
      where e.environment = b.environment and e.customer = b.customer and e.feature = b.feature
        and e.window_start = b.window_start and (b.member = 0 or e.member = b.member)) e on true
    where b.environment = $1 and c.key = any($2) and b.used <> coalesce(e.total, 0)`,
  'holds add up to what is reserved and leased': `
    select format('%s %s/%s: %s reserved and %s leased, but holds of %s and %s', c.key, f.key, b.member, b.reserved, b.leased,
      h.reserved, h.leased) as finding
    from balance b
    join customer c on c.environment = b.environment and c.id = b.customer
    join feature f on f.id = b.feature
    join lateral (select coalesce(sum(amount) filter (where kind = 'reservation'), 0) as reserved,
        coalesce(sum(amount) filter (where kind = 'lease'), 0) as leased
      from hold h where h.environment = b.environment and h.customer = b.customer and h.feature = b.feature
        and h.status = 'open'
        and case when b.member = 0 then h.takes <> 'member' and h.window_start = b.window_start
                 else h.member = b.member and h.takes <> 'customer' end) h on true
    where b.environment = $1 and c.key = any($2) and (b.reserved <> h.reserved or b.leased <> h.leased)`,
  'a grant is the sum of its movements': `
    select format('%s %s grant %s: %s', c.key, f.key, g.id, m) as finding
    from grant_ g
    join customer c on c.environment = g.environment and c.id = g.customer
    join feature f on f.id = g.feature
    join lateral (select coalesce(sum(amount) filter (where kind in ('granted', 'changed')), 0) as amount,
        coalesce(sum(case kind when 'burnt' then amount when 'returned' then -amount end), 0) as burnt,
        coalesce(sum(case kind when 'held' then amount when 'released' then -amount end), 0) as held,
        coalesce(sum(amount) filter (where kind = 'expired'), 0) as expired
      from grant_movement m
      where m.environment = g.environment and m.customer = g.customer and m.grant_number = g.number) m on true
    where g.environment = $1 and c.key = any($2)
      and (g.amount, g.burnt, g.held, g.expired) is distinct from (m.amount, m.burnt, m.held, m.expired)`,
  'what is folded was burnt in the window': `
    select format('%s %s/%s: %s folded, %s burnt, %s used, %s overage', c.key, f.key, b.member, b.folded, m.burnt, b.used, b.overage) as finding
    from balance b
    join customer c on c.environment = b.environment and c.id = b.customer
    join feature f on f.id = b.feature
    join lateral (select coalesce(sum(case kind when 'burnt' then amount when 'returned' then -amount end), 0) as burnt
      from grant_movement m where m.environment = b.environment and m.customer = b.customer and m.feature = b.feature
        and m.member = b.member and m.window_start = b.window_start) m on true
    where b.environment = $1 and c.key = any($2)
      and (b.folded <> m.burnt or (not b.unlimited and b.folded + b.overage > b.used)
        or least(b.used, b.reserved, b.leased, b.overage, b.folded) < 0)`,
  'used + reserved + leased + remaining = granted': `
    select format('%s %s/%s: %s used + %s reserved + %s leased of %s, but %s burnt, %s left in grants and %s overage', c.key, f.key,
      b.member, b.used, b.reserved, b.leased, b.capacity, b.folded, g.unburnt, b.overage) as finding
    from balance b
    join customer c on c.environment = b.environment and c.id = b.customer
    join feature f on f.id = b.feature
    join lateral (select coalesce(sum(amount - burnt - expired), 0) as unburnt from grant_ g
      where g.environment = b.environment and g.customer = b.customer and g.feature = b.feature and g.member = b.member
        and g.closed_at is null) g on true
    where b.environment = $1 and c.key = any($2) and f.document ->> 'kind' in ('meter', 'credits') and not b.unlimited
      and not (b.member <> 0 and exists (select from balance pool where pool.environment = b.environment
        and pool.customer = b.customer and pool.feature = b.feature and pool.member = 0 and pool.shared))
      and b.capacity <> b.folded + g.unburnt + b.overage
      -- a rolling window has no grant before its first use
      and (b.window_start > '-infinity' or b.used > 0)`,
  'overage rows add up to used − granted': `
    select format('%s %s/%s: %s used of %s with %s overage, but rows of %s priced and %s not', c.key, f.key, b.member, b.used,
      b.capacity, b.overage, o.priced, o.unpriced) as finding
    from balance b
    join customer c on c.environment = b.environment and c.id = b.customer
    join feature f on f.id = b.feature
    join lateral (select coalesce(sum(amount) filter (where priced), 0) as priced,
        coalesce(sum(amount) filter (where not priced), 0) as unpriced
      from overage o where o.environment = b.environment and o.customer = b.customer and o.feature = b.feature
        and o.member = b.member and o.window_start = b.window_start) o on true
    where b.environment = $1 and c.key = any($2) and f.document ->> 'kind' in ('meter', 'credits') and not b.unlimited
      and not (b.member <> 0 and exists (select from balance pool where pool.environment = b.environment
        and pool.customer = b.customer and pool.feature = b.feature and pool.member = 0 and pool.shared))
      and (b.overage <> o.priced or greatest(0, b.used - b.capacity) <> o.unpriced)`,
  'what was given back of a use is at most the use': `
    select format('%s %s event %s: %s of %s given back', c.key, f.key, e.id, e.returned, e.amount) as finding
    from usage_event e
    join customer c on c.environment = e.environment and c.id = e.customer
    join feature f on f.id = e.feature
    where e.environment = $1 and c.key = any($2) and e.returned > greatest(e.amount, 0)`,
}

/** Those that don't hold while windows turn, plans change, and grants come after the use that they pay. */
export const restingRules = [
  'events add up to what was used',
  'used + reserved + leased + remaining = granted',
  'overage rows add up to used − granted',
]

/** Sentences on what does not agree. */
export async function audit(
  db: Database,
  customers: string[],
  environment = 1,
  except: readonly string[] = [],
): Promise<string[]> {
  const asked = Object.entries(statements).filter(([rule]) => !except.includes(rule))
  const found = await Promise.all(
    asked.map(async ([rule, text]) => {
      const { rows } = await db.query<Finding>({ text, values: [environment, customers] })
      return rows.map(({ finding }) => `${rule}: ${finding}`)
    }),
  )
  return found.flat()
}

export interface BalanceRow {
  customer: string
  feature: string
  member: string | null
  used: number
  reserved: number
  leased: number
  overage: number
  capacity: number
  limit: number
  unlimited: boolean
}

export async function readBalances(
  db: Database,
  customers: string[],
  environment = 1,
): Promise<BalanceRow[]> {
  const { rows } = await db.query<BalanceRow>({
    text: `select c.key as customer, f.key as feature, m.key as member, b.used, b.reserved, b.leased, b.overage, b.capacity,
        b.limit_amount as limit, b.unlimited
      from balance b
      join customer c on c.environment = b.environment and c.id = b.customer
      join feature f on f.id = b.feature
      left join member m on m.environment = b.environment and m.customer = b.customer and m.id = b.member
      where b.environment = $1 and c.key = any($2)
      order by c.key, f.key, m.key nulls first`,
    values: [environment, customers],
  })
  return rows
}

import sql, { join } from 'sql-template-tag'
import { type CatalogChange, type ItemChange, movesFallback } from '../domain/catalog/diff.ts'
import type { Catalog } from '../domain/catalog/model.ts'
import type { CatalogContent } from '../domain/catalog/normalise.ts'
import type { Queryable } from './database/pool.ts'

/** Customers that a change of the catalog concerns. */
export interface Affected {
  noun: 'plan' | 'add_on' | 'fallback_plan'
  key: string
  /** The one they have; null for the fallback plan. */
  version: number | null
  /** `stays`: they keep their version. `moves`: what they may use changes at once. `loses`: they may use nothing more. */
  effect: 'stays' | 'moves' | 'loses'
  customers: number
  /** Some of them, by their own ids. */
  sample: string[]
}

const SAMPLE_SIZE = 5
const live = sql`s.status in ('scheduled', 'incomplete', 'trialing', 'active', 'paused')`

/** Who has what the changes are about: by version, and without a subscription where the fallback plan changes. */
export async function loadAffected(
  db: Queryable,
  environment: number,
  current: Catalog,
  next: CatalogContent,
  changes: CatalogChange[],
): Promise<Affected[]> {
  const changed = changes.filter(
    (change): change is ItemChange => 'item' in change && change.item > 0 && change.action !== 'restored',
  )
  const items = [...new Set(changed.map(({ item }) => item))]
  const keys = new Map(changed.map(({ item, key }) => [item, key]))
  const affected: Affected[] = []
  if (items.length > 0) {
    for (const { item, noun, version, customers, sample } of await loadHolders(db, environment, items)) {
      affected.push({ noun, key: keys.get(item) ?? '', version, effect: 'stays', customers, sample })
    }
  }
  const fallback = next.fallbackPlan ?? current.fallbackPlan
  if (fallback !== null && movesFallback(changes, next)) {
    const { customers, sample } = await loadWithoutSubscription(db, environment)
    if (customers > 0) {
      affected.push({
        noun: 'fallback_plan',
        key: fallback,
        version: null,
        effect: next.fallbackPlan === null ? 'loses' : 'moves',
        customers,
        sample,
      })
    }
  }
  return affected
}

interface HolderRow {
  item: number
  noun: 'plan' | 'add_on'
  version: number
  customers: number
  sample: string[]
}

async function loadHolders(db: Queryable, environment: number, items: number[]): Promise<HolderRow[]> {
  const { rows } = await db.query<HolderRow>(sql`
    with holder as (
      select s.plan as item, 'plan' as noun, s.plan_version as version, s.customer
      from subscription s
      where s.environment = ${environment} and s.plan in (${join(items)}) and ${live}
      union all
      select a.add_on, 'add_on', a.add_on_version, a.customer
      from subscription_add_on a
      join subscription s on s.environment = a.environment and s.customer = a.customer and s.number = a.subscription
      where a.environment = ${environment} and a.add_on in (${join(items)}) and ${live}
    )
    select h.item, h.noun, h.version, count(*)::integer as customers,
      (array_agg(c.key order by c.id))[1:${SAMPLE_SIZE}] as sample
    from holder h
    join customer c on c.environment = ${environment} and c.id = h.customer
    group by h.item, h.noun, h.version
    order by h.item, h.version`)
  return rows
}

async function loadWithoutSubscription(
  db: Queryable,
  environment: number,
): Promise<{ customers: number; sample: string[] }> {
  const without = sql`
    from customer c
    where c.environment = ${environment} and c.deleted_at is null and not exists (
      select from subscription s where s.environment = c.environment and s.customer = c.id and s.status in ('trialing', 'active'))`
  const { rows } = await db.query<{ customers: number; sample: string[] }>(sql`
    select (select count(*)::integer ${without}) as customers,
      array(select c.key ${without} order by c.id limit ${SAMPLE_SIZE}) as sample`)
  return rows[0] ?? { customers: 0, sample: [] }
}

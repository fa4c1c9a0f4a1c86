/**
 * Sites of customers, and their secrets, which are stored sealed.
 *
 * Owns: the tables site and site_secret; which sites are due, and that one process at a time asks each. Does not own:
 * the seal (`operations/seal.ts`), what an answer leads to.
 * Invariant: sites of live customers are found by the system's time, those of a test clock only by their clock's.
 */
import type { Environment } from '../context.ts'
import type { Site } from '../domain/sites/model.ts'
import type { Instant } from '../domain/time/instant.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { nullableTimestamp, timestampParameter } from './database/type-parsers.ts'

interface Row {
  url: string
  quantity: string
  hour: number
  due_at: Instant
  attempts: number
  outcome: Site['outcome']
  reason: Site['reason']
  response_code: number | null
  asked_at: Instant | null
  active_users: number | null
  synced_at: Instant | null
  created_at: Instant
  updated_at: Instant
}

const columns = `url, quantity, hour, due_at, attempts, outcome, reason, response_code, asked_at, active_users, synced_at,
  created_at, updated_at`

const siteOf = (row: Row): Site => ({
  url: row.url,
  quantity: row.quantity,
  hour: row.hour,
  dueAt: row.due_at,
  attempts: row.attempts,
  outcome: row.outcome,
  reason: row.reason,
  responseCode: row.response_code,
  askedAt: row.asked_at,
  activeUsers: row.active_users,
  syncedAt: row.synced_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function loadSite(db: Queryable, environment: number, customer: number): Promise<Site | null> {
  const { rows } = await db.query<Row>({
    name: 'site',
    text: `select ${columns} from site where environment = $1 and customer = $2`,
    values: [environment, customer],
  })
  return rows[0] === undefined ? null : siteOf(rows[0])
}

/** Writes the site whole; nobody is asking it then. Call with the customer's head locked. */
export async function saveSite(
  tx: Transaction,
  environment: number,
  customer: number,
  site: Site,
): Promise<void> {
  await tx.query({
    name: 'save-site',
    text: `insert into site (environment, customer, ${columns})
      values ($1, $2, $3, $4, $5, $6::timestamptz, $7, $8, $9, $10, $11::timestamptz, $12, $13::timestamptz,
        $14::timestamptz, $15::timestamptz)
      on conflict (environment, customer) do update set url = excluded.url, quantity = excluded.quantity,
        hour = excluded.hour, due_at = excluded.due_at, attempts = excluded.attempts, outcome = excluded.outcome,
        reason = excluded.reason, response_code = excluded.response_code, asked_at = excluded.asked_at,
        active_users = excluded.active_users, synced_at = excluded.synced_at, updated_at = excluded.updated_at,
        claimed_until = null`,
    values: [
      environment,
      customer,
      site.url,
      site.quantity,
      site.hour,
      timestampParameter(site.dueAt),
      site.attempts,
      site.outcome,
      site.reason,
      site.responseCode,
      nullableTimestamp(site.askedAt),
      site.activeUsers,
      nullableTimestamp(site.syncedAt),
      timestampParameter(site.createdAt),
      timestampParameter(site.updatedAt),
    ],
  })
}

export async function deleteSite(tx: Transaction, environment: number, customer: number): Promise<boolean> {
  const { rowCount } = await tx.query({
    text: 'delete from site where environment = $1 and customer = $2',
    values: [environment, customer],
  })
  return rowCount === 1
}

export interface ListedSite {
  customer: string
  site: Site
}

/** By the customers' ids, from after the id `after`. */
export async function loadSites(
  db: Queryable,
  environment: number,
  page: { limit: number; after: string | null; outcome: string | null },
): Promise<ListedSite[]> {
  const { rows } = await db.query<Row & { key: string }>({
    text: `select customer.key, site.* from site join customer on customer.id = site.customer
      where site.environment = $1 and customer.environment = $1 and customer.deleted_at is null
        and ($2::text is null or customer.key > $2) and ($3::text is null or site.outcome = $3)
      order by customer.key limit $4`,
    values: [environment, page.after, page.outcome, page.limit],
  })
  return rows.map((row) => ({ customer: row.key, site: siteOf(row) }))
}

/** A site that a process is to ask now. */
export interface ClaimedSite {
  environment: Environment
  customer: number
  customerKey: string
  url: string
  quantity: string
  claim: number
}

export interface SiteClaim {
  /** By the system's clock. */
  now: Instant
  until: Instant
  limit: number
  /** Customers of this test clock, which shows `at`; live ones unless given. */
  clock?: { environment: number; id: string; at: Instant } | undefined
}

/** Takes up sites that are due and that nobody asks, the longest overdue first. */
export async function claimSites(db: Queryable, claim: SiteClaim): Promise<ClaimedSite[]> {
  const { clock } = claim
  const { rows } = await db.query<Omit<ClaimedSite, 'environment'> & Environment>({
    name: clock === undefined ? 'claim-sites' : 'claim-sites-of-clock',
    text: `with mine as (
        select site.environment, site.customer from site
        join customer_head head on head.environment = site.environment and head.customer = site.customer
        where site.due_at <= $4 and (site.claimed_until is null or site.claimed_until <= $1)
          and ${clock === undefined ? 'head.test_clock is null' : 'head.environment = $5 and head.test_clock = $6'}
        order by site.due_at, site.customer limit $3
        for update of site skip locked
      )
      update site set claimed_until = $2, claim = site.claim + 1
      from mine
        join customer on customer.id = mine.customer
        join environment on environment.id = mine.environment
      where site.environment = mine.environment and site.customer = mine.customer
      returning environment.id, environment.name, environment.mode, site.customer, customer.key as "customerKey",
        site.url, site.quantity, site.claim`,
    values: [
      timestampParameter(claim.now),
      timestampParameter(claim.until),
      claim.limit,
      timestampParameter(clock?.at ?? claim.now),
      ...(clock === undefined ? [] : [clock.environment, clock.id]),
    ],
  })
  return rows.map(({ id, name, mode, ...site }) => ({ ...site, environment: { id, name, mode } }))
}

/** The site as it was claimed; null where it was changed, deleted or taken for lost meanwhile. With the head locked. */
export async function loadClaimedSite(
  tx: Transaction,
  environment: number,
  { customer, claim }: Pick<ClaimedSite, 'customer' | 'claim'>,
): Promise<Site | null> {
  const { rows } = await tx.query<Row>({
    name: 'claimed-site',
    text: `select ${columns} from site
      where environment = $1 and customer = $2 and claim = $3 and claimed_until is not null`,
    values: [environment, customer, claim],
  })
  return rows[0] === undefined ? null : siteOf(rows[0])
}

/** Is a site of a customer of this clock due, asked already or not? */
export async function hasDueSitesOfClock(
  db: Queryable,
  environment: number,
  clock: string,
  at: Instant,
): Promise<boolean> {
  const { rows } = await db.query({
    name: 'due-sites-of-clock',
    text: `select 1 from customer_head head join site using (environment, customer)
      where head.environment = $1 and head.test_clock = $2 and site.due_at <= $3 limit 1`,
    values: [environment, clock, timestampParameter(at)],
  })
  return rows.length > 0
}

/** Adds a secret. The others end at `othersEndAt`, if they don't earlier. */
export async function addSiteSecret(
  tx: Transaction,
  environment: number,
  secret: { customer: number; sealed: Buffer; createdAt: Instant; othersEndAt: Instant },
): Promise<void> {
  const { customer, sealed, createdAt, othersEndAt } = secret
  await tx.query({
    text: `update site_secret set expires_at = least(expires_at, $3::timestamptz)
      where environment = $1 and customer = $2`,
    values: [environment, customer, timestampParameter(othersEndAt)],
  })
  await tx.query({
    text: 'delete from site_secret where environment = $1 and customer = $2 and expires_at <= $3::timestamptz',
    values: [environment, customer, timestampParameter(createdAt)],
  })
  await tx.query({
    text: `insert into site_secret (environment, customer, number, sealed, created_at)
      select $1, $2, coalesce(max(number), 0) + 1, $3, $4::timestamptz from site_secret
      where environment = $1 and customer = $2`,
    values: [environment, customer, sealed, timestampParameter(createdAt)],
  })
}

/** Those that are valid now, the newest first. */
export async function loadSiteSecrets(
  db: Queryable,
  environment: number,
  customer: number,
  now: Instant,
): Promise<Buffer[]> {
  const { rows } = await db.query<{ sealed: Buffer }>({
    name: 'site-secrets',
    text: `select sealed from site_secret
      where environment = $1 and customer = $2 and expires_at > $3::timestamptz order by number desc`,
    values: [environment, customer, timestampParameter(now)],
  })
  return rows.map(({ sealed }) => sealed)
}

/**
 * What the doctor reads of an environment as a whole, and of the installation; customers page by page.
 *
 * Owns: the reading. Does not own: what must hold (`domain/doctor`).
 * Invariant: nothing is read for more customers than a page at once. Whoever wants the facts of a page to agree reads
 * them in one transaction of one snapshot.
 */
import type {
  JobFacts,
  NumberBreak,
  RevenueFacts,
  SeriesFacts,
  UnplannedEvents,
} from '../../domain/doctor/environment.ts'
import type { Instant } from '../../domain/time/index.ts'
import type { Queryable } from '../database/pool.ts'
import { timestampParameter } from '../database/type-parsers.ts'
import type { Page } from './books.ts'

/** Surrogates, ascending, from after one. */
export async function loadCustomerPage(
  db: Queryable,
  environment: number,
  after: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>({
    name: 'doctor-customers',
    text: 'select id from customer where environment = $1 and id > $2 order by id limit $3',
    values: [environment, after, limit],
  })
  return rows.map(({ id }) => id)
}

export async function loadRevenueFacts(
  db: Queryable,
  { environment, customers }: Page,
): Promise<RevenueFacts[]> {
  const { rows } = await db.query<RevenueFacts>({
    name: 'doctor-revenue',
    text: `select c.key as customer, r.currency, r.plan, countable(sum(monthly)) as "monthlyMinor",
             countable(sum(movements)) as "movementsMinor"
           from (
             select environment, customer, currency, plan, monthly_minor as monthly, 0 as movements from monthly_revenue
             where environment = $1 and customer = any($2::bigint[])
             union all
             select environment, customer, currency, plan, 0, delta_minor from revenue_movement
             where environment = $1 and customer = any($2::bigint[])
           ) r join customer c on c.environment = r.environment and c.id = r.customer
           group by c.key, r.currency, r.plan`,
    values: [environment, customers],
  })
  return rows
}

/** `INV-2026-000001`: the series counts by year. */
const numbered = `
  select series, coalesce(part[1], '') as year, coalesce(part[2], '0')::bigint as number, document_number, issued_at
  from (select series, document_number, issued_at, regexp_match(document_number, '-([0-9]{4})-([0-9]+)$') as part
        from invoice where environment = $1 and document_number is not null) documents`

export async function loadNumberBreaks(
  db: Queryable,
  environment: number,
  limit: number,
): Promise<NumberBreak[]> {
  const { rows } = await db.query<NumberBreak>({
    name: 'doctor-numbers',
    text: `select series, year, document_number as "documentNumber", number, previous, issued_at as "issuedAt",
             previous_issued_at as "previousIssuedAt"
           from (
             select *, coalesce(lag(number) over series_year, 0) as previous,
               coalesce(lag(issued_at) over series_year, issued_at) as previous_issued_at
             from (${numbered}) numbered window series_year as (partition by series, year order by number)
           ) ordered
           where number <> previous + 1 or issued_at < previous_issued_at
           order by series, year, number limit $2`,
    values: [environment, limit],
  })
  return rows
}

export async function loadSeriesFacts(db: Queryable, environment: number): Promise<SeriesFacts[]> {
  const { rows } = await db.query<SeriesFacts>({
    name: 'doctor-series',
    text: `select s.series, s.year::text as year, s.last_number as "lastNumber", coalesce(n.documents, 0) as documents
           from document_series s
           left join (select series, year, count(*) as documents from (${numbered}) numbered group by 1, 2) n
             on n.series = s.series and n.year = s.year::text
           where s.environment = $1`,
    values: [environment],
  })
  return rows
}

export async function loadUnplannedEvents(
  db: Queryable,
  environment: number,
  now: Instant,
): Promise<UnplannedEvents> {
  const { rows } = await db.query<UnplannedEvents>({
    name: 'doctor-events',
    text: `select count(*) as events, min(recorded_at) as "oldestAt" from event
           where environment = $1 and recorded_at <= $2
             and (position is null or position > coalesce((select position from delivery_cursor where environment = $1), 0))`,
    values: [environment, timestampParameter(now)],
  })
  return rows[0] ?? { events: 0, oldestAt: null }
}

export async function loadJobFacts(db: Queryable): Promise<JobFacts[]> {
  const { rows } = await db.query<JobFacts>({
    name: 'doctor-jobs',
    text: `select name, every_ms as "everyMs", started_at as "startedAt", finished_at as "finishedAt", failing, failure
           from job_run order by name`,
  })
  return rows
}

/** Whether this process examines an environment on this day: the first one that asks. */
export async function claimDoctorDay(
  db: Queryable,
  environment: number,
  day: string,
  now: Instant,
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'claim-doctor-day',
    text: 'insert into doctor_day (environment, day, started_at) values ($1, $2, $3) on conflict do nothing',
    values: [environment, day, timestampParameter(now)],
  })
  return rowCount === 1
}

export async function saveDoctorDay(
  db: Queryable,
  environment: number,
  day: string,
  result: { finishedAt: Instant; customers: number; findings: number },
): Promise<void> {
  await db.query({
    name: 'save-doctor-day',
    text: 'update doctor_day set finished_at = $3, customers = $4, findings = $5 where environment = $1 and day = $2',
    values: [environment, day, timestampParameter(result.finishedAt), result.customers, result.findings],
  })
}

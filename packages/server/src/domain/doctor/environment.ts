import { MINUTE_MS, toIsoOrNull, type Instant } from '../time/index.ts'
import { compare, type Finding } from './model.ts'

/** A number whose predecessor isn't the one before it, or was issued after it. */
export interface NumberBreak {
  series: string
  year: string
  documentNumber: string
  number: number
  previous: number
  issuedAt: Instant
  previousIssuedAt: Instant
}

export function tellNumberBreak(each: NumberBreak): Finding[] {
  const of = { customer: null, subject: each.documentNumber }
  const isLate = each.issuedAt < each.previousIssuedAt
  return [
    ...compare('document_number', of, { previous: each.number - 1 }, { previous: each.previous }),
    ...(isLate
      ? compare(
          'document_number',
          of,
          { 'issued from': toIsoOrNull(each.previousIssuedAt) },
          { 'issued from': toIsoOrNull(each.issuedAt) },
        )
      : []),
  ]
}

/** A series against its counter. */
export interface SeriesFacts {
  series: string
  year: string
  lastNumber: number
  documents: number
}

export function checkSeries({ series, year, lastNumber, documents }: SeriesFacts): Finding[] {
  const of = { customer: null, subject: `${series} ${year}` }
  return compare('document_number', of, { documents: lastNumber }, { documents })
}

export interface RevenueFacts {
  customer: string
  currency: string
  plan: string
  monthlyMinor: number
  movementsMinor: number
}

export function checkRevenue({ customer, currency, plan, ...sums }: RevenueFacts): Finding[] {
  const of = { customer, subject: `${plan} ${currency}` }
  return compare('monthly_revenue', of, { monthly: sums.movementsMinor }, { monthly: sums.monthlyMinor })
}

/** Events that nobody has planned deliveries for. */
export interface UnplannedEvents {
  events: number
  oldestAt: Instant | null
}

const PATIENCE_MS = 15 * MINUTE_MS

export function checkDeliveries({ events, oldestAt }: UnplannedEvents, now: Instant): Finding[] {
  if (oldestAt === null || oldestAt > now - PATIENCE_MS) return []
  const of = { customer: null, subject: `events since ${toIsoOrNull(oldestAt) ?? ''}` }
  return compare('deliveries', of, { unplanned: 0 }, { unplanned: events })
}

export interface JobFacts {
  name: string
  everyMs: number
  startedAt: Instant
  finishedAt: Instant | null
  failing: number
  failure: string | null
}

/** Whether it has not come to its end for long. */
export function isJobLate({ finishedAt, startedAt, everyMs }: JobFacts, now: Instant): boolean {
  return now - (finishedAt ?? startedAt) > Math.max(PATIENCE_MS, 3 * everyMs)
}

/** A job that is late, or fails. */
export function checkJob(job: JobFacts, now: Instant): Finding[] {
  return compare(
    'job',
    { customer: null, subject: job.name },
    { late: false, failing: 0, failure: null },
    { late: isJobLate(job, now), failing: job.failing, failure: job.failure },
  )
}

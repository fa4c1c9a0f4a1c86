import type { Context, Environment } from '../../context.ts'
import { checkBooks } from '../../domain/doctor/books.ts'
import { checkDocument } from '../../domain/doctor/documents.ts'
import {
  checkDeliveries,
  checkJob,
  checkRevenue,
  checkSeries,
  tellNumberBreak,
} from '../../domain/doctor/environment.ts'
import { compare, type Finding } from '../../domain/doctor/model.ts'
import { checkPeriod, tellOverlap } from '../../domain/doctor/periods.ts'
import { checkReceipt } from '../../domain/doctor/receipts.ts'
import { checkBalance, checkGrant } from '../../domain/doctor/usage.ts'
import type { Instant } from '../../domain/time/index.ts'
import type { Database, Queryable } from '../../store/database/pool.ts'
import { transaction } from '../../store/database/transaction.ts'
import {
  loadAccountSums,
  loadDocumentSums,
  loadReceiptFacts,
  loadUnbalancedEntries,
  type Page,
} from '../../store/doctor/books.ts'
import { loadDocumentFacts, loadPeriodOverlaps, loadSubscriptionFacts } from '../../store/doctor/documents.ts'
import {
  loadCustomerPage,
  loadJobFacts,
  loadNumberBreaks,
  loadRevenueFacts,
  loadSeriesFacts,
  loadUnplannedEvents,
} from '../../store/doctor/environment.ts'
import { loadBalanceFacts, loadGrantFacts } from '../../store/doctor/usage.ts'

/** Customers whose facts are in memory at once. */
const PAGE = 100
const NUMBER_BREAKS = 1_000

export interface Examined {
  customers: number
  findings: Finding[]
}

/**
 * Examines an environment, a page of customers at a time, each page as it is at one moment. Nothing is locked, and
 * whoever stops asking stops the reading.
 *
 * @param tool `pageSize` and `signal` for whoever may not wait
 */
export async function* examine(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  environment: Environment,
  { pageSize = PAGE, signal }: { pageSize?: number; signal?: AbortSignal } = {},
): AsyncGenerator<Examined> {
  const now = clock.now()
  yield { customers: 0, findings: await examineEnvironment(db, environment.id, now) }
  for (let after = 0; signal?.aborted !== true; ) {
    const customers = await loadCustomerPage(db, environment.id, after, pageSize)
    const last = customers.at(-1)
    if (last === undefined) return
    yield {
      customers: customers.length,
      findings: await examineCustomers(db, { environment: environment.id, customers }, now),
    }
    after = last
  }
}

/** What is of no environment: the jobs of the installation. */
export async function examineInstallation({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<Finding[]> {
  const now = clock.now()
  return (await loadJobFacts(db)).flatMap((job) => checkJob(job, now))
}

const ONE_SNAPSHOT = { isolation: 'repeatable read', readOnly: true } as const

function examineEnvironment(db: Database, environment: number, now: Instant): Promise<Finding[]> {
  return transaction(
    db,
    async (tx) => [
      ...(await loadNumberBreaks(tx, environment, NUMBER_BREAKS)).flatMap(tellNumberBreak),
      ...(await loadSeriesFacts(tx, environment)).flatMap(checkSeries),
      ...checkDeliveries(await loadUnplannedEvents(tx, environment, now), now),
    ],
    ONE_SNAPSHOT,
  )
}

function examineCustomers(db: Database, page: Page, now: Instant): Promise<Finding[]> {
  return transaction(
    db,
    async (tx) => [...(await examineMoney(tx, page, now)), ...(await examineUsage(tx, page))],
    ONE_SNAPSHOT,
  )
}

async function examineMoney(tx: Queryable, page: Page, now: Instant): Promise<Finding[]> {
  const unbalanced = await loadUnbalancedEntries(tx, page)
  return [
    ...unbalanced.flatMap(({ customer, id, sumMinor }) =>
      compare('ledger_entry', { customer, subject: id }, { sum: 0 }, { sum: sumMinor }),
    ),
    ...checkBooks(await loadAccountSums(tx, page), await loadDocumentSums(tx, page)),
    ...(await loadDocumentFacts(tx, page)).flatMap(checkDocument),
    ...(await loadReceiptFacts(tx, page)).flatMap(checkReceipt),
    ...(await loadSubscriptionFacts(tx, page, now)).flatMap(checkPeriod),
    ...(await loadPeriodOverlaps(tx, page)).map(tellOverlap),
    ...(await loadRevenueFacts(tx, page)).flatMap(checkRevenue),
  ]
}

async function examineUsage(tx: Queryable, page: Page): Promise<Finding[]> {
  return [
    ...(await loadGrantFacts(tx, page)).flatMap(checkGrant),
    ...(await loadBalanceFacts(tx, page)).flatMap(checkBalance),
  ]
}

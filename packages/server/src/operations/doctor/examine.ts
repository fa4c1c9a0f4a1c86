import type { Context, Environment } from '../../context.ts'
import { checkBooks } from '../../domain/doctor/books.ts'
import { checkOwnBooks } from '../../domain/doctor/own-books.ts'
import { checkSoldRevenue } from '../../domain/doctor/sold-revenue.ts'
import { checkDocument } from '../../domain/doctor/documents.ts'
import {
  checkDeliveries,
  checkJob,
  checkRevenue,
  checkSeries,
  tellNumberBreak,
} from '../../domain/doctor/environment.ts'
import { compare, type Finding } from '../../domain/doctor/model.ts'
import { checkCharged, checkPeriod, tellGap, tellOverlap, tellShort } from '../../domain/doctor/periods.ts'
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
import { loadDocumentFacts, loadSubscriptionFacts } from '../../store/doctor/documents.ts'
import {
  loadCustomerPage,
  loadJobFacts,
  loadNumberBreaks,
  loadRevenueFacts,
  loadSeriesFacts,
  loadUnplannedEvents,
} from '../../store/doctor/environment.ts'
import { loadOwnAccountSums, loadOwnReceipts } from '../../store/doctor/own-books.ts'
import {
  loadChargedUntil,
  loadPeriodGaps,
  loadPeriodOverlaps,
  loadShortLines,
} from '../../store/doctor/periods.ts'
import { loadLastingDiscounts } from '../../store/doctor/sold-revenue.ts'
import { loadBalanceFacts, loadGrantFacts } from '../../store/doctor/usage.ts'
import { loadCustomerStates } from '../../store/customer-state.ts'
import { NOBODY } from '../../store/ledger.ts'
import { comparePayments, type Compared } from '../provider-events/compare.ts'
import { examineBilledUse } from './examine-billed-use.ts'

/** Customers whose facts are in memory at once. */
const PAGE = 100
const NUMBER_BREAKS = 1_000

export interface Examined {
  customers: number
  findings: Finding[]
  /** Money that a provider took and we have not. */
  unknown?: Compared['unknown']
}

/** What it takes to examine. */
export type ExamineContext = Pick<Context, 'db' | 'clock' | 'catalogs' | 'payments' | 'logger'>

/**
 * Examines an environment, a page of customers at a time, each page as it is at one moment. Nothing is locked, and
 * whoever stops asking stops the reading.
 *
 * @param tool `pageSize` and `signal` for whoever may not wait
 */
export async function* examine(
  ctx: ExamineContext,
  environment: Environment,
  { pageSize = PAGE, signal }: { pageSize?: number; signal?: AbortSignal } = {},
): AsyncGenerator<Examined> {
  const { db, clock } = ctx
  const now = clock.now()
  yield { customers: 0, findings: await examineEnvironment(db, environment.id, now) }
  yield { customers: 0, ...(await comparePayments(ctx, environment)) }
  for (let after = 0; signal?.aborted !== true; ) {
    const customers = await loadCustomerPage(db, environment.id, after, pageSize)
    const last = customers.at(-1)
    if (last === undefined) return
    yield {
      customers: customers.length,
      findings: await examineCustomers({ ...ctx, environment }, customers, now),
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
      ...checkOwnBooks(await loadOwnAccountSums(tx, environment), await loadOwnReceipts(tx, environment)),
      ...(await loadUnbalancedEntries(tx, { environment, customers: [NOBODY] })).flatMap(tellUnbalanced),
    ],
    ONE_SNAPSHOT,
  )
}

function examineCustomers(
  ctx: ExamineContext & { environment: Environment },
  customers: readonly number[],
  now: Instant,
): Promise<Finding[]> {
  const page: Page = { environment: ctx.environment.id, customers }
  return transaction(
    ctx.db,
    async (tx) => [
      ...(await examineMoney(tx, page, now)),
      ...(await examineSold(tx, ctx, customers)),
      ...(await examineUsage(tx, page)),
    ],
    ONE_SNAPSHOT,
  )
}

/** The monthly revenue, and what is billed, once more from what each customer has subscribed to. */
async function examineSold(
  tx: Queryable,
  ctx: ExamineContext & { environment: Environment },
  customers: readonly number[],
): Promise<Finding[]> {
  const states = await loadCustomerStates(tx, ctx, customers)
  const discounts = await loadLastingDiscounts(tx, { environment: ctx.environment.id, customers })
  const chargedUntil = await loadChargedUntil(tx, { environment: ctx.environment.id, customers })
  return [
    ...[...states].flatMap(([id, state]) => [
      ...checkSoldRevenue(state, discounts.get(id) ?? []),
      ...checkCharged(state, chargedUntil),
    ]),
    ...(await examineBilledUse(tx, ctx, states)),
  ]
}

function tellUnbalanced(entry: { customer: string | null; id: string; sumMinor: number }): Finding[] {
  const of = { customer: entry.customer, subject: entry.id }
  return compare('ledger_entry', of, { sum: 0 }, { sum: entry.sumMinor })
}

async function examineMoney(tx: Queryable, page: Page, now: Instant): Promise<Finding[]> {
  return [
    ...(await loadUnbalancedEntries(tx, page)).flatMap(tellUnbalanced),
    ...checkBooks(await loadAccountSums(tx, page), await loadDocumentSums(tx, page)),
    ...(await loadDocumentFacts(tx, page)).flatMap(checkDocument),
    ...(await loadReceiptFacts(tx, page)).flatMap(checkReceipt),
    ...(await loadSubscriptionFacts(tx, page, now)).flatMap(checkPeriod),
    ...(await loadPeriodOverlaps(tx, page)).map(tellOverlap),
    ...(await loadPeriodGaps(tx, page)).map(tellGap),
    ...(await loadShortLines(tx, page)).map(tellShort),
    ...(await loadRevenueFacts(tx, page)).flatMap(checkRevenue),
  ]
}

async function examineUsage(tx: Queryable, page: Page): Promise<Finding[]> {
  return [
    ...(await loadGrantFacts(tx, page)).flatMap(checkGrant),
    ...(await loadBalanceFacts(tx, page)).flatMap(checkBalance),
  ]
}

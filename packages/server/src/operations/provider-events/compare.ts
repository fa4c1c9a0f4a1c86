/**
 * What providers took against what we have of it: money that we don't know, money that they don't know, other amounts.
 *
 * Owns: asking them, and what is passed over because its outcome is still waited for. Does not own: what is then done.
 * Invariant: ours is read after theirs, so that what arrives meanwhile is no finding; what is not on their list is looked
 * up by its own key before it is told. Nothing is changed.
 */
import type { Context, Environment } from '../../context.ts'
import { checkTakenPayment, tellUnknownPayment } from '../../domain/doctor/payments.ts'
import type { Finding } from '../../domain/doctor/model.ts'
import { moneyIn } from '../../domain/payments/attempts.ts'
import { DAY_MS, type Instant } from '../../domain/time/index.ts'
import type { PaymentProvider, TakenPayment, TakenPayments, Unknown } from '../../providers/payments.ts'
import {
  loadAwaitedKeys,
  loadKnownPayments,
  loadRecordedPayments,
  type RecordedPayment,
} from '../../store/doctor/payments.ts'
import { providersOf } from '../payments/providers-of.ts'

const DAYS_BACK = 30
const PAGE = 500

export interface Compared {
  findings: Finding[]
  /** What they took and we have not. */
  unknown: { provider: string; payment: TakenPayment }[]
}

type CompareContext = Pick<Context, 'db' | 'clock' | 'payments' | 'logger'>

/** All providers of an environment that can be asked and keep a list. */
export async function comparePayments(ctx: CompareContext, environment: Environment): Promise<Compared> {
  const compared: Compared = { findings: [], unknown: [] }
  for (const provider of providersOf(ctx, environment)) {
    if (provider.payments === null) continue
    const until = ctx.clock.now()
    const listed = await compareTaken(ctx, environment, provider, until, compared)
    if (listed !== null) await compareRecorded(ctx, environment, provider, { listed, until }, compared)
    else ctx.logger.warn({ provider: provider.name }, 'A payment provider could not be asked what it took')
  }
  return compared
}

/** A page at a time. @returns the transactions that are on its list; null: it can't be asked */
async function compareTaken(
  { db }: CompareContext,
  environment: Environment,
  { name, payments }: PaymentProvider,
  until: Instant,
  compared: Compared,
): Promise<Set<string> | null> {
  const listed = new Set<string>()
  for (let after: string | null = null; ; ) {
    const page: TakenPayments | Unknown | undefined = await payments?.({
      since: until - DAYS_BACK * DAY_MS,
      after,
    })
    if (page === undefined || 'status' in page) return null
    const keys = page.payments.flatMap(({ key }) => key ?? [])
    const awaited = await loadAwaitedKeys(db, environment.id, keys)
    const transactions = page.payments.map(({ transaction }) => transaction)
    const ours = await loadKnownPayments(db, environment.id, name, transactions)
    const known = new Map(ours.map((each) => [each.transaction, each]))
    for (const payment of page.payments) {
      listed.add(payment.transaction)
      const own = known.get(payment.transaction)
      if (own === undefined && payment.key !== null && awaited.has(payment.key)) continue
      if (own === undefined) compared.unknown.push({ provider: name, payment })
      compared.findings.push(...checkTakenPayment(name, payment, own))
    }
    if (page.after === null) return listed
    after = page.after
  }
}

async function compareRecorded(
  { db }: CompareContext,
  environment: Environment,
  provider: PaymentProvider,
  { listed, until }: { listed: ReadonlySet<string>; until: Instant },
  { findings }: Compared,
): Promise<void> {
  const since = until - DAYS_BACK * DAY_MS
  for (let after = ''; ; ) {
    const page = await loadRecordedPayments(db, environment.id, provider.name, {
      since,
      until,
      after,
      limit: PAGE,
    })
    for (const own of page.filter(({ transaction }) => !listed.has(transaction)))
      if (!(await isTaken(provider, own))) findings.push(...tellUnknownPayment(provider.name, own))
    const last = page.at(-1)
    if (last === undefined) return
    after = last.transaction
  }
}

/** Taken before the list begins, or told late, it is found by its key. Whoever can't say denies nothing. */
async function isTaken(
  provider: PaymentProvider,
  { key, transaction, amountMinor, currency, customer }: RecordedPayment,
): Promise<boolean> {
  if (key === null) return false
  const reference = { key, transaction, amountMinor, currency, customer: customer ?? '' }
  const outcome = await provider.lookUp(reference)
  if (outcome.status === 'unknown') return true
  if (outcome.status === 'not_found') return false
  return moneyIn(outcome).some((money) => money.transaction === transaction)
}

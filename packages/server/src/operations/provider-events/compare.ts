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
import type { PaymentProvider, TakenPayment } from '../../providers/payments.ts'
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
    const now = ctx.clock.now()
    const taken = await listTaken(provider, now - DAYS_BACK * DAY_MS)
    if (taken === null) {
      ctx.logger.warn({ provider: provider.name }, 'A payment provider could not be asked what it took')
      continue
    }
    await compareTaken(ctx, environment, provider, taken, compared)
    await compareRecorded(ctx, environment, provider, { taken, until: now }, compared)
  }
  return compared
}

/** @returns null: it can't be asked */
async function listTaken({ payments }: PaymentProvider, since: Instant): Promise<TakenPayment[] | null> {
  const all: TakenPayment[] = []
  if (payments === null) return all
  let after: string | null = null
  do {
    const page = await payments({ since, after })
    if ('status' in page) return null
    all.push(...page.payments)
    after = page.after
  } while (after !== null)
  return all
}

async function compareTaken(
  { db }: CompareContext,
  environment: Environment,
  { name }: PaymentProvider,
  taken: readonly TakenPayment[],
  compared: Compared,
): Promise<void> {
  for (let from = 0; from < taken.length; from += PAGE) {
    const page = taken.slice(from, from + PAGE)
    const keys = page.flatMap(({ key }) => key ?? [])
    const awaited = await loadAwaitedKeys(db, environment.id, keys)
    const transactions = page.map(({ transaction }) => transaction)
    const ours = await loadKnownPayments(db, environment.id, name, transactions)
    const known = new Map(ours.map((each) => [each.transaction, each]))
    for (const payment of page) {
      const own = known.get(payment.transaction)
      if (own === undefined && payment.key !== null && awaited.has(payment.key)) continue
      if (own === undefined) compared.unknown.push({ provider: name, payment })
      compared.findings.push(...checkTakenPayment(name, payment, own))
    }
  }
}

async function compareRecorded(
  { db }: CompareContext,
  environment: Environment,
  provider: PaymentProvider,
  { taken, until }: { taken: readonly TakenPayment[]; until: Instant },
  { findings }: Compared,
): Promise<void> {
  if (provider.payments === null) return
  const listed = new Set(taken.map(({ transaction }) => transaction))
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

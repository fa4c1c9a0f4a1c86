import type { OperationContext } from '../../context.ts'
import { withBilling } from '../../domain/customers/billing-profile.ts'
import type { Customer, CustomerState } from '../../domain/customers/state.ts'
import { requireCurrency } from '../../domain/money/index.ts'
import { isTimeZone, type Instant } from '../../domain/time/index.ts'
import { Refusal } from '../../refusal.ts'
import { findCustomerId } from '../../store/customer-state.ts'
import { insertCustomer, loadTestClockTime } from '../../store/customers.ts'
import { changeCustomer } from './command.ts'

export interface PutCustomer {
  key: string
  name?: string | undefined
  email?: string | null | undefined
  timeZone?: string | undefined
  locale?: string | undefined
  currency?: string | null | undefined
  metadata?: Record<string, unknown> | undefined
  billing?: Parameters<typeof withBilling>[1] | undefined
  testClock?: string | undefined
}

/**
 * Makes a customer, or changes the fields that are given.
 *
 * @throws Refusal `customer_deleted`, `time_zone_unknown`, `currency_unknown`, `invalid_request` for a locale that isn't one or a test
 * clock given to a customer that has none, `vat_id_invalid`, `test_only`, `test_clock_not_found`.
 */
export async function putCustomer(
  ctx: OperationContext,
  command: PutCustomer,
): Promise<{ state: CustomerState; created: boolean }> {
  requireValid(command)
  const created = await createIfMissing(ctx, command)
  const after = await changeCustomer(ctx, command.key, (state) => {
    const { now } = state
    if (created) {
      const events = [
        {
          type: 'customer.created' as const,
          subject: '',
          payload: { customer: command.key },
          occurredAt: now,
        },
      ]
      return { state, events }
    }
    const { testClock } = command
    if (testClock !== undefined && testClock !== state.customer.testClock) {
      throw invalid('testClock', 'A customer joins a test clock when it is created, and stays with it.')
    }
    const customer = withFields(state.customer, command, now)
    if (customer === state.customer) return { state, events: [] }
    const event = {
      type: 'customer.updated' as const,
      subject: '',
      payload: { customer: command.key },
      occurredAt: now,
    }
    return { state: { ...state, customer }, events: [event] }
  })
  return { state: after, created }
}

async function createIfMissing(ctx: OperationContext, command: PutCustomer): Promise<boolean> {
  const environment = ctx.environment.id
  if ((await findCustomerId(ctx.tx, environment, command.key)) !== null) return false
  const createdAt = await creationTime(ctx, command.testClock)
  const id = await insertCustomer(ctx.tx, environment, {
    key: command.key,
    name: command.name ?? '',
    email: command.email ?? null,
    timeZone: command.timeZone ?? 'UTC',
    locale: command.locale ?? 'en',
    currency: command.currency ?? null,
    testClock: command.testClock ?? null,
    metadata: command.metadata ?? {},
    billing: withBilling({}, command.billing ?? {}),
    createdAt,
  })
  return id !== null
}

async function creationTime(ctx: OperationContext, testClock: string | undefined): Promise<Instant> {
  if (testClock === undefined) return ctx.clock.now()
  if (ctx.environment.mode !== 'test') throw new Refusal('test_only', { param: 'testClock' })
  const at = await loadTestClockTime(ctx.tx, ctx.environment.id, testClock)
  if (at === null) throw new Refusal('test_clock_not_found', { param: 'testClock', values: { testClock } })
  return at
}

function withFields(customer: Customer, command: PutCustomer, now: Instant): Customer {
  const given = Object.entries({
    name: command.name,
    email: command.email,
    timeZone: command.timeZone,
    locale: command.locale,
    currency: command.currency,
    metadata: command.metadata,
    billing: command.billing === undefined ? undefined : withBilling(customer.billing, command.billing),
  }).filter(([, value]) => value !== undefined)
  const next: Customer = { ...customer, ...Object.fromEntries(given) }
  return JSON.stringify(next) === JSON.stringify(customer) ? customer : { ...next, updatedAt: now }
}

function requireValid({ timeZone, locale, currency }: PutCustomer): void {
  if (currency !== undefined && currency !== null) requireCurrency(currency)
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw new Refusal('time_zone_unknown', { param: 'timeZone', values: { timeZone } })
  }
  if (locale !== undefined && !isLocale(locale)) {
    throw invalid('locale', 'Use a BCP 47 language tag such as "fr" or "fr-CI".')
  }
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

function invalid(param: string, message: string): Refusal {
  return new Refusal('invalid_request', { param, errors: [{ param, message }] })
}

/** Methods and attempts: row ⇄ domain. Receipts and refunds have files of their own. */
import type { PaymentAttempt, PaymentMethod } from '../domain/payments/model.ts'
import { OWN_DECLINES } from '../domain/payments/refuse-charge.ts'
import type { Instant } from '../domain/time/index.ts'
import type { Environment } from '../context.ts'
import { upsert } from './customer-statements.ts'
import type { Queryable, Statement } from './database/pool.ts'
import { nullableTimestamp, timestampParameter } from './database/type-parsers.ts'

const KEY = ['environment', 'customer', 'id']

export interface MethodRow {
  customer: number
  id: string
  provider: string
  token: string
  kind: PaymentMethod['kind']
  label: string
  expires: string | null
  expiry_warning_at: Instant | null
  silent: boolean
  is_default: boolean
  is_fallback: boolean
  failed_at: Instant | null
  created_at: Instant
  detached_at: Instant | null
}

export function methodFromRow(row: MethodRow): PaymentMethod {
  return {
    id: row.id,
    provider: row.provider,
    token: row.token,
    kind: row.kind,
    label: row.label,
    expires: row.expires,
    expiryWarningAt: row.expiry_warning_at,
    silent: row.silent,
    isDefault: row.is_default,
    isFallback: row.is_fallback,
    failedAt: row.failed_at,
    createdAt: row.created_at,
    detachedAt: row.detached_at,
  }
}

export function saveMethods(
  environment: number,
  customer: number,
  methods: readonly PaymentMethod[],
): Statement {
  const rows = methods.map((method) => ({
    environment,
    customer,
    id: method.id,
    provider: method.provider,
    token: method.token,
    kind: method.kind,
    label: method.label,
    expires: method.expires,
    expiry_warning_at: nullableTimestamp(method.expiryWarningAt),
    silent: method.silent,
    is_default: method.isDefault,
    is_fallback: method.isFallback,
    failed_at: nullableTimestamp(method.failedAt),
    created_at: timestampParameter(method.createdAt),
    detached_at: nullableTimestamp(method.detachedAt),
  }))
  return upsert('payment_method', rows, KEY, ['provider', 'created_at'])
}

export interface AttemptRow {
  customer: number
  id: string
  invoice: string
  method: string
  provider: string
  kind: PaymentAttempt['kind']
  amount_minor: number
  currency: string
  status: PaymentAttempt['status']
  trigger: PaymentAttempt['trigger']
  transaction: string | null
  url: string | null
  return_url: string | null
  decline: PaymentAttempt['decline']
  instructions: PaymentAttempt['instructions']
  created_at: Instant
  started_at: Instant | null
  ended_at: Instant | null
  expires_at: Instant | null
}

export function attemptFromRow(row: AttemptRow): PaymentAttempt {
  return {
    id: row.id,
    invoice: row.invoice,
    method: row.method,
    provider: row.provider,
    kind: row.kind,
    amountMinor: row.amount_minor,
    currency: row.currency,
    status: row.status,
    trigger: row.trigger,
    transaction: row.transaction,
    url: row.url,
    returnUrl: row.return_url,
    decline: row.decline,
    instructions: row.instructions,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    expiresAt: row.expires_at,
  }
}

/** When earlier charges of its method that brought nothing in were begun; what no provider was asked for doesn't count. */
export async function loadFruitlessTries(
  db: Queryable,
  environment: number,
  customer: number,
  { id, method }: PaymentAttempt,
): Promise<Instant[]> {
  const { rows } = await db.query<{ at: Instant }>({
    name: 'fruitless-tries',
    text: `select started_at as at from payment_attempt
           where environment = $1 and customer = $2 and method = $3 and id <> $4 and started_at is not null
             and status <> 'succeeded' and coalesce(decline ->> 'reason' <> all($5::text[]), true)`,
    values: [environment, customer, method, id, OWN_DECLINES],
  })
  return rows.map(({ at }) => at)
}

/** How long nobody else asks again, by what was last known. System time: the world outside has no test clock. */
const PAUSE_MS: Partial<Record<PaymentAttempt['status'], number>> = {
  started: 90_000,
  unknown: 30_000,
  pending: 120_000,
  action_needed: 120_000,
}

export function saveAttempts(
  environment: number,
  customer: number,
  attempts: readonly PaymentAttempt[],
  recordedAt: Instant,
): Statement {
  const rows = attempts.map((attempt) => ({
    environment,
    customer,
    id: attempt.id,
    invoice: attempt.invoice,
    method: attempt.method,
    provider: attempt.provider,
    kind: attempt.kind,
    amount_minor: attempt.amountMinor,
    currency: attempt.currency,
    status: attempt.status,
    trigger: attempt.trigger,
    transaction: attempt.transaction,
    url: attempt.url,
    return_url: attempt.returnUrl,
    decline: attempt.decline,
    instructions: attempt.instructions,
    created_at: timestampParameter(attempt.createdAt),
    started_at: nullableTimestamp(attempt.startedAt),
    ended_at: nullableTimestamp(attempt.endedAt),
    expires_at: nullableTimestamp(attempt.expiresAt),
    claimable_at: timestampParameter(recordedAt + (PAUSE_MS[attempt.status] ?? 0)),
  }))
  const fixed = ['invoice', 'method', 'provider', 'kind', 'amount_minor', 'created_at']
  return upsert('payment_attempt', rows, KEY, fixed)
}

export async function loadAttempt(
  db: Queryable,
  environment: number,
  customer: number,
  id: string,
): Promise<PaymentAttempt | null> {
  const { rows } = await db.query<AttemptRow>({
    name: 'payment-attempt',
    text: 'select * from payment_attempt where environment = $1 and customer = $2 and id = $3',
    values: [environment, customer, id],
  })
  return rows[0] === undefined ? null : attemptFromRow(rows[0])
}

/** All attempts of some invoices, oldest first. */
export async function loadAttemptsOf(
  db: Queryable,
  environment: number,
  customer: number,
  invoices: readonly string[],
): Promise<PaymentAttempt[]> {
  if (invoices.length === 0) return []
  const { rows } = await db.query<AttemptRow>({
    name: 'attempts-of-invoices',
    text: `select * from payment_attempt where environment = $1 and customer = $2 and invoice = any($3::text[])
           order by created_at, id`,
    values: [environment, customer, invoices],
  })
  return rows.map(attemptFromRow)
}

/** The last attempt to have an invoice paid; null where there was none. */
export async function loadLastAttempt(
  db: Queryable,
  environment: number,
  customer: number,
  invoice: string,
): Promise<PaymentAttempt | null> {
  const { rows } = await db.query<AttemptRow>({
    name: 'last-attempt',
    text: `select * from payment_attempt where environment = $1 and customer = $2 and invoice = $3
           order by created_at desc, id collate "C" desc limit 1`,
    values: [environment, customer, invoice],
  })
  return rows[0] === undefined ? null : attemptFromRow(rows[0])
}

export interface ClaimableAttempt {
  environment: Environment
  customer: number
  id: string
}

/** Attempts that somebody should carry out, or ask about again. `clock`: only those of a test clock's customers. */
export async function loadClaimableAttempts(
  db: Queryable,
  query: { now: Instant; limit: number; clock?: { environment: number; id: string } | undefined },
): Promise<ClaimableAttempt[]> {
  const { rows } = await db.query<Environment & { customer: number; attempt: string }>({
    name: query.clock === undefined ? 'claimable-attempts' : 'claimable-attempts-of-clock',
    text: `select environment.id, environment.name, environment.mode, attempt.customer, attempt.id as attempt
           from payment_attempt attempt join environment on environment.id = attempt.environment
           ${query.clock === undefined ? '' : 'join customer_head head on head.environment = attempt.environment and head.customer = attempt.customer'}
           where attempt.status in ('created', 'started', 'unknown', 'pending', 'action_needed')
             and claimable_at <= $1
             ${query.clock === undefined ? '' : "and head.environment = $3 and head.test_clock = $4 and attempt.status in ('created', 'started')"}
           order by claimable_at limit $2`,
    values: [
      timestampParameter(query.now),
      query.limit,
      ...(query.clock === undefined ? [] : [query.clock.environment, query.clock.id]),
    ],
  })
  return rows.map(({ customer, attempt, ...environment }) => ({ environment, customer, id: attempt }))
}

/** Ask with the head locked: nobody else may be at it. `now` null: whoever else is. */
export async function isClaimable(
  tx: Queryable,
  environment: number,
  { customer, id }: ClaimableAttempt,
  now: Instant | null,
): Promise<boolean> {
  const { rows } = await tx.query({
    name: 'attempt-is-claimable',
    text: `select 1 from payment_attempt where environment = $1 and customer = $2 and id = $3 and claimable_at <= coalesce($4::timestamptz, 'infinity')
             and status in ('created', 'started', 'unknown', 'pending', 'action_needed')`,
    values: [environment, customer, id, now === null ? null : timestampParameter(now)],
  })
  return rows.length > 0
}

/** Nobody else takes it up before `until`. */
export async function postponeAttempt(
  tx: Queryable,
  environment: number,
  { customer, id }: Pick<ClaimableAttempt, 'customer' | 'id'>,
  until: Instant,
): Promise<void> {
  await tx.query({
    name: 'postpone-attempt',
    text: 'update payment_attempt set claimable_at = $4 where environment = $1 and customer = $2 and id = $3',
    values: [environment, customer, id, timestampParameter(until)],
  })
}

/** Charges of a test clock's customers that were written down and have no answer yet. */
export async function hasChargesOfClock(db: Queryable, environment: number, clock: string): Promise<boolean> {
  const { rows } = await db.query({
    name: 'charges-of-clock',
    text: `select 1 from customer_head head join payment_attempt attempt
             on attempt.environment = head.environment and attempt.customer = head.customer
           where head.environment = $1 and head.test_clock = $2 and attempt.status in ('created', 'started') limit 1`,
    values: [environment, clock],
  })
  return rows.length > 0
}

export async function loadMethods(
  db: Queryable,
  environment: number,
  customer: number,
): Promise<PaymentMethod[]> {
  const { rows } = await db.query<MethodRow>({
    name: 'payment-methods',
    text: `select * from payment_method where environment = $1 and customer = $2 and detached_at is null
           order by created_at desc, id desc`,
    values: [environment, customer],
  })
  return rows.map(methodFromRow)
}

export interface AttemptToCallBack {
  environment: Environment
  customer: number
  customerKey: string
  attempt: PaymentAttempt
}

/** Takes up what was given up after it had begun; nobody else does before `until`. */
export async function loadAttemptsToCallBack(
  db: Queryable,
  { now, until, limit }: { now: Instant; until: Instant; limit: number },
): Promise<AttemptToCallBack[]> {
  const { rows } = await db.query<
    AttemptRow & { customer_key: string; environment: number; name: string; mode: Environment['mode'] }
  >({
    name: 'attempts-to-call-back',
    text: `with due as (
             select environment, customer, id from payment_attempt
             where status = 'superseded' and started_at is not null and called_back_at is null and claimable_at <= $1
             order by claimable_at limit $3 for update skip locked
           ), claimed as (
             update payment_attempt attempt set claimable_at = $2 from due
             where attempt.environment = due.environment and attempt.customer = due.customer and attempt.id = due.id
             returning attempt.*
           )
           select claimed.*, environment.name, environment.mode, customer.key as customer_key from claimed
           join environment on environment.id = claimed.environment
           join customer on customer.environment = claimed.environment and customer.id = claimed.customer`,
    values: [timestampParameter(now), timestampParameter(until), limit],
  })
  return rows.map((row) => ({
    environment: { id: row.environment, name: row.name, mode: row.mode },
    customer: row.customer,
    customerKey: row.customer_key,
    attempt: attemptFromRow(row),
  }))
}

export async function saveCalledBack(
  db: Queryable,
  environment: number,
  { customer, id }: Pick<ClaimableAttempt, 'customer' | 'id'>,
  at: Instant,
): Promise<void> {
  await db.query({
    name: 'attempt-called-back',
    text: 'update payment_attempt set called_back_at = $4 where environment = $1 and customer = $2 and id = $3',
    values: [environment, customer, id, timestampParameter(at)],
  })
}

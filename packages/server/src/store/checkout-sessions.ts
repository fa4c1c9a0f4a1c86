/** What is bought at a page: row ⇄ session. */
import type { PaymentMethod } from '../domain/payments/model.ts'
import type { Instant } from '../domain/time/index.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

export interface CheckoutSession {
  id: string
  customer: number
  customerKey: string
  /** The customer's. */
  locale: string
  invoice: string
  subscription: string | null
  setup: string
  provider: string
  kind: PaymentMethod['kind']
  url: string | null
  successUrl: string
  cancelUrl: string
  currency: string
  totalMinor: number
  createdAt: Instant
  expiresAt: Instant
}

export async function insertCheckoutSession(
  tx: Transaction,
  environment: number,
  session: Omit<CheckoutSession, 'customerKey' | 'locale'>,
): Promise<void> {
  await tx.query({
    name: 'insert-checkout-session',
    text: `insert into checkout_session (environment, customer, id, invoice, subscription, setup, provider, kind, url,
             success_url, cancel_url, currency, total_minor, created_at, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    values: [
      environment,
      session.customer,
      session.id,
      session.invoice,
      session.subscription,
      session.setup,
      session.provider,
      session.kind,
      session.url,
      session.successUrl,
      session.cancelUrl,
      session.currency,
      session.totalMinor,
      timestampParameter(session.createdAt),
      timestampParameter(session.expiresAt),
    ],
  })
}

export async function saveCheckoutUrl(
  tx: Transaction,
  environment: number,
  { customer, id }: Pick<CheckoutSession, 'customer' | 'id'>,
  url: string,
): Promise<void> {
  await tx.query({
    name: 'save-checkout-url',
    text: 'update checkout_session set url = $4 where environment = $1 and customer = $2 and id = $3',
    values: [environment, customer, id, url],
  })
}

/** By its own id, or by that of the way to pay that its page asks for. */
export async function findCheckoutSession(
  db: Queryable,
  environment: number,
  id: string,
): Promise<CheckoutSession | null> {
  const { rows } = await db.query<CheckoutSession>({
    name: 'find-checkout-session',
    text: `select session.id, session.customer, customer.key as "customerKey", customer.locale, invoice, subscription, setup, provider, kind,
             url, success_url as "successUrl", cancel_url as "cancelUrl", session.currency, total_minor as "totalMinor",
             session.created_at as "createdAt", expires_at as "expiresAt"
           from checkout_session session
           join customer on customer.environment = session.environment and customer.id = session.customer
           where session.environment = $1 and (session.id = $2 or session.setup = $2)`,
    values: [environment, id],
  })
  return rows[0] ?? null
}

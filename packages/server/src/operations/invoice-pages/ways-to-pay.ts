import type { Context, Environment } from '../../context.ts'
import { amountDueMinor, type Invoice } from '../../domain/invoices/model.ts'
import { attemptInFlight } from '../../domain/payments/collect.ts'
import type { PaymentAttempt, PaymentMethod } from '../../domain/payments/model.ts'
import { providersOf } from '../payments/providers-of.ts'

/** A provider whose own page asks for such a way to pay. */
export interface WayToPay {
  provider: string
  kind: PaymentMethod['kind']
}

/** What somebody who has nothing but the invoice can pay it with; nothing where nothing is owed, or a charge is under way. */
export function waysToPay(
  ctx: Pick<Context, 'payments'>,
  environment: Environment,
  invoice: Invoice,
  last: PaymentAttempt | null,
): WayToPay[] {
  const isOwed = invoice.status === 'open' || invoice.status === 'uncollectible'
  const attempts = last === null ? [] : [last]
  if (!isOwed || amountDueMinor(invoice) <= 0 || attemptInFlight({ attempts }, invoice.id) !== null) return []
  return providersOf(ctx, environment).flatMap(({ name, capabilities }) =>
    capabilities.pages.map((kind) => ({ provider: name, kind })),
  )
}

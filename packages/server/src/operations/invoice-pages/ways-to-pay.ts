import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import type { Invoice } from '../../domain/invoices/model.ts'
import { attemptInFlight } from '../../domain/payments/collect.ts'
import type { PaymentMethod } from '../../domain/payments/model.ts'
import { isPayable } from '../../domain/payments/orders-in-part.ts'
import { providersOf } from '../payments/providers-of.ts'

/** A provider whose own page asks for such a way to pay. */
export interface WayToPay {
  provider: string
  kind: PaymentMethod['kind']
}

/** What somebody who has nothing but the invoice can pay it with; nothing where nothing is owed, or a charge is under way. */
export function waysToPay(ctx: OperationContext, state: CustomerState, invoice: Invoice): WayToPay[] {
  const isUnderWay = attemptInFlight(state.money as CustomerMoney, invoice.id) !== null
  if (isUnderWay || !isPayable(state, invoice)) return []
  return providersOf(ctx, ctx.environment).flatMap(({ name, capabilities }) =>
    capabilities.pages.map((kind) => ({ provider: name, kind })),
  )
}

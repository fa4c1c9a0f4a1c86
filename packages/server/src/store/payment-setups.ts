/** Ways to pay that are being set up, and finding one by what its provider says. */
import type { PaymentMethod } from '../domain/payments/model.ts'
import type { Instant } from '../domain/time/index.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { methodFromRow, type MethodRow } from './payments.ts'

export interface PaymentSetup {
  customer: number
  id: string
  provider: string
  isDefault: boolean
  isFallback: boolean
  /** What it is to pay as soon as it is there, and where its payer goes on; null: nothing. */
  pays: { invoice: string; returnUrl: string } | null
}

export async function insertPaymentSetup(
  tx: Transaction,
  environment: number,
  { customer, id, provider, isDefault, isFallback, pays }: PaymentSetup,
  createdAt: Instant,
): Promise<void> {
  await tx.query({
    name: 'insert-payment-setup',
    text: `insert into payment_setup (environment, customer, id, provider, is_default, is_fallback, invoice, return_url,
             created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    values: [
      environment,
      customer,
      id,
      provider,
      isDefault,
      isFallback,
      pays?.invoice ?? null,
      pays?.returnUrl ?? null,
      timestampParameter(createdAt),
    ],
  })
}

export async function findPaymentSetup(
  db: Queryable,
  environment: number,
  id: string,
): Promise<(PaymentSetup & { customerKey: string; isDeleted: boolean }) | null> {
  const { rows } = await db.query<PaymentSetup & { customerKey: string; isDeleted: boolean }>({
    name: 'find-payment-setup',
    text: `select setup.customer, customer.key as "customerKey", setup.id, setup.provider, is_default as "isDefault",
             is_fallback as "isFallback", case when setup.invoice is not null
               then json_build_object('invoice', setup.invoice, 'returnUrl', setup.return_url) end as pays, customer.deleted_at is not null as "isDeleted"
           from payment_setup setup join customer on customer.environment = setup.environment and customer.id = setup.customer
           where setup.environment = $1 and setup.id = $2`,
    values: [environment, id],
  })
  return rows[0] ?? null
}

/** By its own id, or by what its provider calls it; detached ones too. */
export async function findMethod(
  db: Queryable,
  environment: number,
  by: { id: string } | { provider: string; token: string },
): Promise<{ customer: number; method: PaymentMethod } | null> {
  const { rows } = await db.query<MethodRow>({
    name: 'find-payment-method',
    text: `select * from payment_method where environment = $1 and (id = $2 or (provider = $3 and token = $4))
           order by created_at limit 1`,
    values: 'id' in by ? [environment, by.id, null, null] : [environment, null, by.provider, by.token],
  })
  return rows[0] === undefined ? null : { customer: rows[0].customer, method: methodFromRow(rows[0]) }
}

/** Ways to pay that were detached here, and that their providers still know: an empty token is one that is forgotten. */
import type { Environment } from '../context.ts'
import type { PaymentMethod } from '../domain/payments/model.ts'
import type { Queryable } from './database/pool.ts'

export interface DetachedMethod extends Pick<PaymentMethod, 'id' | 'provider' | 'token'> {
  environment: Environment
  customer: number
}

/** The oldest first. @param of one customer's alone */
export async function loadMethodsToForget(
  db: Queryable,
  limit: number,
  of: { environment: number; customer: number } | null = null,
): Promise<DetachedMethod[]> {
  const { rows } = await db.query<
    Environment & { customer: number; method: string; provider: string; token: string }
  >({
    name: 'methods-to-forget',
    text: `select e.id, e.name, e.mode, m.customer, m.id as method, m.provider, m.token
           from payment_method m join environment e on e.id = m.environment
           where m.detached_at is not null and m.token <> ''
             and ($2::bigint is null or (m.environment = $1 and m.customer = $2))
           order by m.id limit $3`,
    values: [of?.environment ?? null, of?.customer ?? null, limit],
  })
  return rows.map(({ customer, method, provider, token, ...environment }) => ({
    environment,
    customer,
    id: method,
    provider,
    token,
  }))
}

export async function saveForgotten(
  db: Queryable,
  { environment, customer, id }: DetachedMethod,
): Promise<void> {
  await db.query({
    name: 'method-forgotten',
    text: "update payment_method set token = '' where environment = $1 and customer = $2 and id = $3",
    values: [environment.id, customer, id],
  })
}

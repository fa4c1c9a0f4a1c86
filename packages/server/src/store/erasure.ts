/**
 * Taking out what is personal of customers that were deleted.
 *
 * Owns: where such data can be, and the mark that it is gone (`customer.erased_at`). Does not own: when
 * (`operations/customers/erase.ts`), ways to pay at their providers (`detached-methods.ts`); the customer's own row, its members and letters go with the deletion.
 * Invariant: the books stay whole: the ledger, receipts, refunds, and issued documents with their lines and the name and
 * address of the buyer. Nobody's own words stay elsewhere.
 */
import type { Environment } from '../context.ts'
import type { Instant } from '../domain/time/index.ts'
import type { Queryable, Transaction } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'
import { eraseDeliveries } from './deliveries.ts'

export interface LeavingCustomer {
  environment: Environment
  customer: number
  key: string
}

/** Deleted, and not erased yet; ascending, from after one. */
export async function loadLeavingCustomers(
  db: Queryable,
  after: number,
  limit: number,
): Promise<LeavingCustomer[]> {
  const { rows } = await db.query<Environment & { customer: number; key: string }>({
    name: 'leaving-customers',
    text: `select e.id, e.name, e.mode, c.id as customer, c.key from customer c join environment e on e.id = c.environment
           where c.deleted_at is not null and c.erased_at is null and c.id > $1 order by c.id limit $2`,
    values: [after, limit],
  })
  return rows.map(({ customer, key, ...environment }) => ({ environment, customer, key }))
}

/** What stands in for a value of an event's payload that may be somebody's own words. */
const payloadFields = [
  'label',
  'reason',
  'failure',
  'note',
  'name',
  'email',
  'url',
  'metadata',
  'description',
]

const erasures: Record<string, string> = {
  'erase-events': `update event set payload = payload || (
      select jsonb_object_agg(field, case jsonb_typeof(payload -> field) when 'object' then '{}'::jsonb else '""'::jsonb end)
      from unnest(array[${payloadFields.map((field) => `'${field}'`).join(', ')}]) field where payload ? field)
    where environment = $1 and customer = $2 and payload ?| array[${payloadFields.map((field) => `'${field}'`).join(', ')}]`,
  'erase-parties': `update invoice set metadata = '{}', parties = case when parties is null then null
      else jsonb_set(parties, '{buyer,email}', 'null') end where environment = $1 and customer = $2`,
  'erase-attempts': `update payment_attempt set url = null, return_url = null,
      decline = case when decline is null then null else decline || '{"reason": ""}' end
    where environment = $1 and customer = $2`,
  'erase-setups': `update payment_setup set return_url = ''
    where environment = $1 and customer = $2 and return_url is not null`,
  'erase-methods': `update payment_method set label = '', expires = null where environment = $1 and customer = $2`,
  'erase-sessions': `update checkout_session set url = null, success_url = '', cancel_url = ''
    where environment = $1 and customer = $2`,
  'erase-refunds': `update refund set reason = '', failure = case when failure is null then null else '' end
    where environment = $1 and customer = $2`,
  'erase-grants': `update grant_ set metadata = '{}' where environment = $1 and customer = $2 and metadata <> '{}'`,
  'erase-holds': `update hold set metadata = null, holder = ''
    where environment = $1 and customer = $2 and (metadata is not null or holder <> '')`,
  'erase-usage': `update usage_event set metadata = null
    where environment = $1 and customer = $2 and metadata is not null`,
  'erase-items': 'delete from pending_item where environment = $1 and customer = $2 and invoice is null',
  'erase-site': 'delete from site where environment = $1 and customer = $2',
  'erase-audit': `update audit_entry set reason = '' where environment = $1 and customer = $2 and reason <> ''`,
}

/** Everything, once no provider knows a way to pay of theirs any more. */
export async function eraseTraces(
  tx: Transaction,
  { environment, customer, key }: LeavingCustomer,
  now: Instant,
): Promise<void> {
  for (const [name, text] of Object.entries(erasures)) {
    await tx.query({ name, text, values: [environment.id, customer] })
  }
  // what was planned while the customer was being deleted
  await eraseDeliveries(tx, environment.id, customer)
  // answers name their customer; what is sealed is a key's secret, and of no customer
  await tx.query({
    name: 'erase-answers',
    text: `delete from idempotent_answer where environment = $1 and not sealed
             and (position($2 in convert_from(body, 'UTF8')) > 0 or $3 = any(string_to_array(scope, ' ')))`,
    values: [environment.id, `"customer":${JSON.stringify(key)}`, key],
  })
  await tx.query({
    name: 'mark-erased',
    text: 'update customer set erased_at = $3 where environment = $1 and id = $2',
    values: [environment.id, customer, timestampParameter(now)],
  })
}

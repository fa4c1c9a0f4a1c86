/** Who is written to: the people of a customer, and how they are addressed. */
import type { Queryable, Transaction } from './database/pool.ts'

export interface Recipients {
  /** The caller's id. */
  key: string
  name: string
  email: string | null
  /** Where documents are sent, if not there. */
  billingEmail: string | null
  locale: string
  timeZone: string
  /** Addresses of the members who run the account: those whose metadata says so (`role`: `admin` or `owner`). */
  admins: string[]
}

/** Until the transaction ends, none of them is changed or deleted: an address that is read before is still theirs. */
export async function holdRecipients(
  tx: Transaction,
  environment: number,
  customers: readonly number[],
): Promise<void> {
  await tx.query({
    name: 'hold-recipients',
    text: 'select from customer where environment = $1 and id = any($2::bigint[]) order by id for share',
    values: [environment, customers],
  })
}

/** Waits for the letters that are being written down to them; those that come later find who is left. */
export async function lockRecipients(tx: Transaction, environment: number, customer: number): Promise<void> {
  await tx.query({
    name: 'lock-recipients',
    text: 'select from customer where environment = $1 and id = $2 for no key update',
    values: [environment, customer],
  })
}

/** By the customer's surrogate. Deleted customers have no addresses. */
export async function loadRecipients(
  db: Queryable,
  environment: number,
  customers: readonly number[],
): Promise<Map<number, Recipients>> {
  const { rows } = await db.query<{
    id: number
    key: string
    name: string
    email: string | null
    billing_email: string | null
    locale: string
    time_zone: string
    admins: string[]
  }>({
    name: 'recipients',
    text: `select id, key, name, email, billing ->> 'email' as billing_email, locale, time_zone, array(
        select m.email from member m
        where m.environment = c.environment and m.customer = c.id and m.deleted_at is null and m.email <> ''
          and m.metadata ->> 'role' in ('admin', 'owner')
        order by m.id limit 50) as admins
      from customer c where environment = $1 and id = any($2::bigint[])`,
    values: [environment, customers],
  })
  return new Map(
    rows.map(({ id, time_zone: timeZone, billing_email: billingEmail, ...row }) => [
      id,
      { ...row, timeZone, billingEmail },
    ]),
  )
}

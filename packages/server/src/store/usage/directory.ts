/** The caller's ids → surrogates, in bulk. Surrogates never change, so what was found may be kept. */
import type { Queryable } from '../database/pool.ts'

export interface DirectoryEntry {
  key: string
  customer: number
  testClock: string | null
}

export async function findCustomers(
  db: Queryable,
  environment: number,
  keys: string[],
): Promise<DirectoryEntry[]> {
  const { rows } = await db.query<{ key: string; id: number; test_clock: string | null }>({
    name: 'directory-customers',
    text: 'select key, id, test_clock from customer where environment = $1 and key = any($2::text[])',
    values: [environment, keys],
  })
  return rows.map((row) => ({ key: row.key, customer: row.id, testClock: row.test_clock }))
}

/** Members that exist now. */
export async function findMembers(
  db: Queryable,
  environment: number,
  asked: { customer: number; key: string }[],
): Promise<{ customer: number; key: string; member: number }[]> {
  const { rows } = await db.query<{ customer: number; key: string; id: number }>({
    name: 'directory-members',
    text: `select m.customer, m.key, m.id from unnest($2::bigint[], $3::text[]) as w (customer, key)
      join member m on m.environment = $1 and m.customer = w.customer and m.key = w.key and m.deleted_at is null`,
    values: [environment, asked.map((each) => each.customer), asked.map((each) => each.key)],
  })
  return rows.map((row) => ({ customer: row.customer, key: row.key, member: row.id }))
}

export async function loadMemberKeys(
  db: Queryable,
  environment: number,
  members: number[],
): Promise<Map<number, string>> {
  const { rows } = await db.query<{ id: number; key: string }>({
    name: 'directory-member-keys',
    text: 'select id, key from member where environment = $1 and id = any($2::bigint[])',
    values: [environment, members],
  })
  return new Map(rows.map((row) => [row.id, row.key]))
}

export async function loadCustomerKey(db: Queryable, environment: number, customer: number): Promise<string> {
  const { rows } = await db.query<{ key: string }>({
    name: 'directory-customer-key',
    text: 'select key from customer where environment = $1 and id = $2',
    values: [environment, customer],
  })
  return (rows[0] as { key: string }).key
}

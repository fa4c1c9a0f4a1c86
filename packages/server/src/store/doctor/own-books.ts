import type { AccountSum } from '../../domain/doctor/books.ts'
import type { OwnReceipts } from '../../domain/doctor/own-books.ts'
import type { Queryable } from '../database/pool.ts'
import { NOBODY } from '../ledger.ts'

export async function loadOwnAccountSums(
  db: Queryable,
  environment: number,
): Promise<Omit<AccountSum, 'customer'>[]> {
  const { rows } = await db.query<Omit<AccountSum, 'customer'>>({
    name: 'doctor-own-accounts',
    text: `select currency, kind, posting.account, countable(sum(posting.amount_minor)) as "sumMinor",
             (select account from unnest(accounts) account where account like 'cash:%' limit 1) as cash
           from ledger_entry, unnest(accounts, amounts_minor) posting (account, amount_minor)
           where environment = $1 and customer = $2 group by currency, kind, posting.account, cash`,
    values: [environment, NOBODY],
  })
  return rows
}

export async function loadOwnReceipts(db: Queryable, environment: number): Promise<OwnReceipts[]> {
  const { rows } = await db.query<OwnReceipts>({
    name: 'doctor-own-receipts',
    text: `select currency, provider, countable(sum(amount_minor)) as "sumMinor" from unallocated_receipt
           where environment = $1 and receipt is null group by currency, provider`,
    values: [environment],
  })
  return rows
}

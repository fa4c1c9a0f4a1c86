/**
 * One transaction for several customers, whose statements travel together.
 *
 * Owns: waiting until each of them has said what it wants next, and sending what is alike as one statement. Does not own:
 * what can be sent for many (`CustomerStatement`), the transaction.
 * Invariant: each customer's statements are carried out in the order it gave them, and it gets the rows that are its own.
 * So whoever works for one customer needs not know whether there are others.
 */
import type { QueryResult, QueryResultRow } from 'pg'
import type { CustomerStatement, Statement, Transaction } from './pool.ts'

interface Waiting {
  statement: Statement
  resolve(result: QueryResult): void
  reject(reason: unknown): void
}

/** @returns a transaction for each who takes part; all of them are the given one */
export function gather(tx: Transaction): () => Transaction {
  const queues: Waiting[][] = []
  let scheduled = false
  const sendAll = () => {
    scheduled = false
    for (let alike = takeAlike(queues); alike.length > 0; alike = takeAlike(queues)) void sendAlike(tx, alike)
  }
  return () => {
    const queue: Waiting[] = []
    queues.push(queue)
    const query = (statement: Statement) =>
      new Promise<QueryResult>((resolve, reject) => {
        queue.push({ statement, resolve, reject })
        if (scheduled) return
        scheduled = true
        // when everybody who can go on has done so, and waits
        process.nextTick(sendAll)
      })
    return { inTransaction: true, query: query as Transaction['query'] }
  }
}

/** What is next in the longest queue, and of all others where it is next too: who is behind waits for nothing it needs. */
function takeAlike(queues: readonly Waiting[][]): Waiting[] {
  const longest = queues.reduce((one, other) => (other.length > one.length ? other : one), [])
  const first = longest[0]?.statement
  if (first === undefined) return []
  if (typeof first === 'string' || !('items' in first)) return longest.splice(0, 1)
  return queues.flatMap((queue) => {
    const next = queue[0]?.statement
    const alike = typeof next === 'object' && 'items' in next && next.name === first.name
    return alike ? queue.splice(0, 1) : []
  })
}

async function sendAlike(tx: Transaction, alike: readonly Waiting[]): Promise<void> {
  const { statement } = alike[0] as Waiting
  try {
    if (alike.length === 1) (alike[0] as Waiting).resolve(await tx.query(statement))
    else deal(alike, await tx.query(joined(alike)))
  } catch (error) {
    for (const { reject } of alike) reject(error)
  }
}

const itemsOf = ({ statement }: Waiting) => (statement as CustomerStatement).items

function joined(alike: readonly Waiting[]): CustomerStatement {
  const { name, text, values } = (alike[0] as Waiting).statement as CustomerStatement
  return { name, text, values, items: alike.flatMap(itemsOf) }
}

/** To each the rows of its customers. */
function deal(alike: readonly Waiting[], result: QueryResult): void {
  const rowsOf = new Map<number, QueryResultRow[]>()
  for (const row of result.rows) {
    const own = rowsOf.get(row.customer)
    if (own === undefined) rowsOf.set(row.customer, [row])
    else own.push(row)
  }
  for (const waiting of alike) {
    const items = itemsOf(waiting)
    const customers = new Set(items.map(({ customer }) => customer))
    const rows =
      items.length === 0 ? result.rows : [...customers].flatMap((customer) => rowsOf.get(customer) ?? [])
    waiting.resolve({ ...result, rows, rowCount: rows.length })
  }
}

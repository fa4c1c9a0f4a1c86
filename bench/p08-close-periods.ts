import type { Benchmark } from './harness.ts'
import { readInserts } from './raw-rows.ts'
import type { RawInsert } from './raw-rows.ts'
import { openClosing, subscribers, writtenLast, writtenTables } from './subscribers.ts'
import { sendBatch } from '#server/store/database/transaction'

/** Customers of one insert, as of one batch of the sweep; and inserts in flight: more made it no faster. */
const BATCH = 100
const INSERTS = 2

export const closePeriods: Benchmark = {
  id: 'P-8',
  ours: 'closing periods: invoices of 3 lines with tax, numbered, in the books, told as events; durable',
  limit:
    'raw multi-row insert of the very same rows (invoice, lines, entries, events), 100 customers a transaction; no updates',
  unit: 'invoices/s',
  compare: 'ratio',
  better: 'higher',
  floor: 0.1,
  goal: 0.25,
  async open(room) {
    const customers = room.quick ? 1_000 : 5_000
    const database = await room.database(customers, subscribers)
    const db = database.open(20)
    const closing = await openClosing(db)
    let inserts: RawInsert[] = []
    const measureOurs = async () => {
      await closing.nextPeriod()
      const seconds = await closing.close()
      inserts = await Promise.all(
        writtenTables.map((table) => readInserts(db, { table, which: writtenLast[table], customers })),
      )
      const [invoices] = inserts
      if (invoices?.rows !== customers)
        throw new Error(`${invoices?.rows} of ${customers} periods were closed`)
      return customers / seconds
    }
    const measureLimit = async () => {
      await closing.takeAway()
      const begin = performance.now()
      let next = 0
      const insert = async () => {
        while (next < customers) {
          const from = next
          next += BATCH
          await sendBatch(
            db,
            inserts.map((table) => table.statement(from, from + BATCH)),
          )
        }
      }
      await Promise.all(Array.from({ length: INSERTS }, insert))
      return (customers * 1000) / (performance.now() - begin)
    }
    await measureOurs()
    await measureLimit()
    return {
      measureOurs,
      measureLimit,
      remark: () => `${inserts.map(({ table, rows }) => `${rows / customers} ${table}`).join(', ')} a period`,
      async close() {
        await closing.stop()
        await db.close()
      },
    }
  },
}

import { describe, expect, it } from 'vitest'
import { gather } from './gather.ts'
import type { CustomerStatement, Statement, Transaction } from './pool.ts'

/** Answers each statement about customers with a row for each, and notes what was sent. */
function recorded(answer: (statement: Statement) => unknown[] = rowsFor) {
  const sent: string[] = []
  const query = async (statement: Statement) => {
    sent.push(inWords(statement))
    return { rows: answer(statement), rowCount: 0 }
  }
  return { sent, tx: { inTransaction: true, query } as unknown as Transaction }
}

function rowsFor(statement: Statement) {
  if (typeof statement === 'string' || !('items' in statement)) return []
  return statement.items.map(({ customer }) => ({ customer, of: statement.name }))
}

function inWords(statement: Statement): string {
  if (typeof statement === 'string') return statement
  return 'items' in statement
    ? `${statement.name} ${String(statement.values(statement.items))}`
    : (statement.name ?? statement.text)
}

const about = (name: string, customer: number): CustomerStatement => ({
  name,
  text: name,
  items: [{ customer }],
  values: (items) => items.map((item) => item.customer),
})

describe('gathered statements', () => {
  it('that are alike travel as one, and each customer gets the rows that are its own', async () => {
    const { sent, tx } = recorded()
    const takePart = gather(tx)
    const work = async (customer: number) => {
      const own = takePart()
      const read = await Promise.all([
        own.query(about('heads', customer)),
        own.query(about('lines', customer)),
      ])
      const { rows } = await own.query(about('save', customer))
      return [...read.flatMap((result) => result.rows), ...rows]
    }
    const rows = await Promise.all([3, 1, 2].map(work))
    expect(sent).toEqual(['heads 3,1,2', 'lines 3,1,2', 'save 3,1,2'])
    expect(rows[1]).toEqual(['heads', 'lines', 'save'].map((of) => ({ customer: 1, of })))
  })

  it('keep each customer’s order, and join who comes later where it can', async () => {
    const { sent, tx } = recorded()
    const takePart = gather(tx)
    const [one, other] = [takePart(), takePart()]
    await Promise.all([
      ...['balances', 'grants', 'heads'].map((name) => one.query(about(name, 1))),
      ...['grants', 'balances', 'heads'].map((name) => other.query(about(name, 2))),
    ])
    const orderOf = (customer: string) =>
      sent.filter((each) => each.includes(customer)).map((each) => each.split(' ')[0])
    expect(orderOf('1')).toEqual(['balances', 'grants', 'heads'])
    expect(orderOf('2')).toEqual(['grants', 'balances', 'heads'])
    expect(sent.at(-1)).toBe('heads 1,2')
  })

  it('that can’t be asked for many go alone, in their place', async () => {
    const { sent, tx } = recorded()
    const takePart = gather(tx)
    const work = (customer: number) => {
      const own = takePart()
      return Promise.all([
        own.query(about('balances', customer)),
        own.query({ name: `audit of ${customer}`, text: 'insert' }),
        own.query(about('heads', customer)),
      ])
    }
    await Promise.all([1, 2].map(work))
    expect(sent).toEqual(['balances 1,2', 'audit of 1', 'audit of 2', 'heads 1,2'])
  })

  it('that are about nobody have one answer for all', async () => {
    const { sent, tx } = recorded(() => [{ revision: 7 }])
    const takePart = gather(tx)
    const revision = { name: 'revision', text: 'select', items: [], values: () => ['environment'] }
    const results = await Promise.all([takePart(), takePart()].map((own) => own.query(revision)))
    expect(sent).toEqual(['revision environment'])
    expect(results.map(({ rows }) => rows)).toEqual([[{ revision: 7 }], [{ revision: 7 }]])
  })

  it('fail for all who sent one, with one and the same error, and for nobody else', async () => {
    const { tx } = recorded((statement) => {
      if (inWords(statement).startsWith('heads')) throw new Error('heads')
      return rowsFor(statement)
    })
    const takePart = gather(tx)
    const results = await Promise.allSettled([
      takePart().query(about('heads', 1)),
      takePart().query(about('heads', 2)),
      takePart().query(about('lines', 3)),
    ])
    const [one, other, third] = results
    expect([one?.status, other?.status, third?.status]).toEqual(['rejected', 'rejected', 'fulfilled'])
    expect((one as PromiseRejectedResult).reason).toBe((other as PromiseRejectedResult).reason)
  })
})

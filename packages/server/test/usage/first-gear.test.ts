/** Both forms of the first gear on real rows: the same answers, and the lean one takes all or nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { uuidV7 } from '../../src/ids.ts'
import { sqlStateOf } from '../../src/store/database/errors.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import { takeInFirstGear, type FirstGearItem } from '../../src/store/usage/first-gear.ts'
import { leanRefusals, takeLean } from '../../src/store/usage/first-gear-lean.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const NOW = Date.parse('2030-06-15T12:00:00Z')
const CEILING = 10

let database: TestDatabase
let feature: number
beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  await db.query(
    `insert into environment (id, name, mode, created_at) values (1, 'test', 'test', '2030-01-01')`,
  )
  const { rows } = await db.query<{ id: number }>(
    `insert into feature (environment, key, document, created_at) values (1, 'calls', '{}', '2030-01-01') returning id`,
  )
  feature = (rows[0] as { id: number }).id
})
afterAll(() => database?.close())

let customers: [number, number]
beforeEach(async () => {
  customers = [await newCustomer(), await newCustomer()].sort((left, right) => left - right) as [
    number,
    number,
  ]
})

async function newCustomer(): Promise<number> {
  const { db } = database
  const { rows } = await db.query<{ id: number }>({
    text: `insert into customer (environment, key, time_zone, locale, created_at, updated_at)
      values (1, $1, 'UTC', 'en', '2030-01-01', '2030-01-01') returning id`,
    values: [uuidV7(NOW)],
  })
  const { id } = rows[0] as { id: number }
  await db.query({
    text: 'insert into customer_head (environment, customer, entitlement_version) values (1, $1, 1)',
    values: [id],
  })
  await db.query({
    text: `insert into balance (environment, customer, feature, limit_amount, capacity, ceiling, window_start, window_end,
        valid_until, entitlement_version)
      values (1, $1, $2, 12, 12, $3, '2030-06-01', '2030-07-01', '2030-07-01', 1)`,
    values: [id, feature, CEILING],
  })
  return id
}

function item(customer: number, amount: number, more: Partial<FirstGearItem> = {}): FirstGearItem {
  const event = uuidV7(NOW)
  const ids = { event, keyHash: uuidV7(NOW), bodyHash: event }
  return {
    customer,
    feature,
    member: 0,
    verb: 1,
    amount,
    metadata: null,
    ...ids,
    ...more,
  }
}

async function stateOf(customer: number): Promise<[used: number, keys: number, events: number]> {
  const { rows } = await database.db.query<{ used: number; keys: number; events: number }>({
    text: `select b.used, (select count(*) from usage_key k where k.customer = b.customer) as keys,
        (select count(*) from usage_event e where e.customer = b.customer) as events
      from balance b where b.customer = $1`,
    values: [customer],
  })
  const { used, keys, events } = rows[0] as { used: number; keys: number; events: number }
  return [used, keys, events]
}

const stateOfRefusal = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(() => 'taken', sqlStateOf)

describe.each([
  ['takeInFirstGear', takeInFirstGear],
  ['takeLean', (...taking: Parameters<typeof takeInFirstGear>) => takeLean(...taking, '20ms')],
])('%s', (_name, take) => {
  it('takes what fits, in order, and leaves out what does not', async () => {
    const [roomy, full] = customers
    const items = [item(roomy, 2), item(roomy, 3), item(full, CEILING + 1)]
    const taken = await take(database.db, 1, items, NOW)
    expect(taken.map((each) => each.event).sort()).toEqual([items[0]?.event, items[1]?.event])
    const last = taken.find((each) => each.event === items[1]?.event)
    expect(last).toMatchObject({ usedAfter: 5, limit: 12, unlimited: false, remainingAfter: 7, overage: 0 })
    expect(await stateOf(roomy)).toEqual([5, 2, 2])
    expect(await stateOf(full)).toEqual([0, 0, 0])
  })

  it('takes one alone, with what was said about it', async () => {
    const [customer] = customers
    const [taken] = await take(
      database.db,
      1,
      [item(customer, 4, { metadata: '{"note": "a \\"b\\", {c}"}' })],
      NOW,
    )
    expect(taken).toMatchObject({ usedAfter: 4, remainingAfter: 8, windowEnd: Date.parse('2030-07-01') })
    expect(await take(database.db, 1, [item(customer, CEILING)], NOW)).toEqual([])
    const { rows } = await database.db.query({
      text: 'select metadata, used_after, amount from usage_event where customer = $1',
      values: [customer],
    })
    expect(rows).toEqual([{ metadata: { note: 'a "b", {c}' }, used_after: 4, amount: 4 }])
  })

  it('refuses a balance whose window has ended', async () => {
    const items = [item(customers[0], 1)]
    expect(await take(database.db, 1, items, Date.parse('2030-07-01'))).toEqual([])
  })
})

describe('the lean form fails as a whole where the other one leaves out', () => {
  it('a key that is bound', async () => {
    const [one, other] = customers
    const bound = item(one, 1)
    await takeLean(database.db, 1, [bound], NOW, '20ms')
    const again = item(one, 1, { keyHash: bound.keyHash })
    for (const items of [[again], [again, item(other, 1)]]) {
      const state = await stateOfRefusal(takeLean(database.db, 1, items, NOW, '20ms'))
      expect(state).toBe('23505')
      expect(leanRefusals.has(state)).toBe(true)
    }
    expect([await stateOf(one), await stateOf(other)]).toEqual([
      [1, 1, 1],
      [0, 0, 0],
    ])
    const fresh = item(other, 1)
    const taken = await takeInFirstGear(database.db, 1, [again, fresh], NOW)
    expect(taken.map((each) => each.event)).toEqual([fresh.event])
  })

  it('a balance that somebody holds, which it waits for only a moment', async () => {
    const [one, other] = customers
    await transaction(database.db, async (tx) => {
      await tx.query({ text: 'select from balance where customer = $1 for update', values: [one] })
      for (const items of [[item(one, 1)], [item(one, 1), item(other, 1)]]) {
        const state = await stateOfRefusal(takeLean(database.db, 1, items, NOW, '20ms'))
        expect(state).toBe('55P03')
        expect(leanRefusals.has(state)).toBe(true)
      }
      const free = item(other, 1)
      const taken = await takeInFirstGear(database.db, 1, [item(one, 1), free], NOW)
      expect(taken.map((each) => each.event)).toEqual([free.event])
    })
    expect([await stateOf(one), await stateOf(other)]).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ])
  })
})

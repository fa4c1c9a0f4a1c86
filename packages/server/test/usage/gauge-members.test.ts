/** What each member holds of a gauge, through plans that count it by customer, by member, and by both. */
import type { CatalogDefinition } from '@tollkeeper/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CustomerBench, startBench } from '../customers/support.ts'

const plan = (seats: NonNullable<NonNullable<CatalogDefinition['plans']>[string]['allowances']>[string]) => ({
  prices: { XOF: { month: 1_000 } },
  allowances: { seats },
})
const catalog: CatalogDefinition = {
  features: { seats: { kind: 'gauge' } },
  plans: {
    pooled: plan(5),
    parted: plan({ limit: 50, memberLimit: 10 }),
    each: plan({ limit: 8, scope: 'member' }),
    free: plan('unlimited'),
  },
}
const members = ['u', 'v']

let bench: CustomerBench
let customers = 0
beforeAll(async () => {
  bench = await startBench(catalog)
})
afterAll(() => bench.stop())

async function holder(first: string) {
  const customer = `holder-${(customers += 1)}`
  const { id } = await bench.subscribe(customer, first)
  for (const member of members) await bench.ok('PUT', `/v1/customers/${customer}/members/${member}`, {})
  const body = (amount: number, member?: string) => ({ customer, feature: 'seats', amount, member })
  return {
    customer,
    take: (amount: number, member?: string) => bench.ok('POST', '/v1/consume', body(amount, member)),
    give: (amount: number, member?: string) =>
      bench.server.request('POST', '/v1/release', { body: body(amount, member) }),
    state: (amount: number, member?: string) => bench.ok('POST', '/v1/set', body(amount, member)),
    moveTo: (to: string) => bench.ok('POST', `/v1/subscriptions/${id}/change`, { plan: to, when: 'now' }),
    /** By member; the customer's own under ''. */
    async held(): Promise<Record<string, number>> {
      const { data } = await bench.ok('GET', `/v1/customers/${customer}/usage`)
      return Object.fromEntries(
        data.map((row: { member: string | null; used: number }) => [row.member ?? '', row.used]),
      )
    },
  }
}

describe('a plan that counts each member comes and goes', () => {
  it('QE-17 what a member took under the earlier plan it gives back under the later one', async () => {
    const { take, give, moveTo, held } = await holder('pooled')
    await take(2, 'u')
    await take(2, 'v')
    await moveTo('parted')
    expect(await held()).toEqual({ '': 4, u: 2, v: 2 })
    expect((await give(2, 'u')).status).toBe(200)
    expect(await held()).toEqual({ '': 2, u: 0, v: 2 })
    expect((await give(1, 'u')).body).toMatchObject({ code: 'release_too_much' })
  })

  it('CP-4 an absolute level is the member’s, and all together is the sum', async () => {
    const { take, give, state, moveTo, held } = await holder('pooled')
    await take(2, 'u')
    await take(2, 'v')
    await moveTo('parted')
    await give(1)
    await state(5, 'u')
    expect(await held()).toEqual({ '': 6, u: 5, v: 2 })
    await state(1, 'v')
    expect(await held()).toEqual({ '': 5, u: 5, v: 1 })
  })

  it('GT-11 who gave all back under a plan that counts no member may take again under one that does', async () => {
    const { take, give, moveTo, held } = await holder('parted')
    await take(5, 'u')
    await moveTo('pooled')
    expect((await give(5, 'u')).status).toBe(200)
    await moveTo('parted')
    expect(await held()).toMatchObject({ '': 0, u: 0 })
    expect(await take(10, 'u')).toMatchObject({ allowed: true, used: 10 })
    expect(await take(1, 'u')).toMatchObject({ allowed: false, code: 'quota_exceeded' })
  })

  it('a member has no limit of its own where the plan has none, and gives back what another took', async () => {
    const { customer, take, give, held } = await holder('pooled')
    await take(3)
    expect(await take(2, 'u')).toMatchObject({ used: 5, limit: 5, remaining: 0 })
    expect(await take(1, 'u')).toMatchObject({ allowed: false, code: 'quota_exceeded' })
    const { data } = await bench.ok('GET', `/v1/customers/${customer}/usage?member=u`)
    expect(data).toMatchObject([{ member: 'u', used: 2, unlimited: true, remaining: null }])
    expect((await give(4, 'u')).status).toBe(200)
    expect(await held()).toEqual({ '': 1, u: 0 })
  })

  it('a reservation holds for both, and settles for both', async () => {
    const { customer, moveTo, held } = await holder('pooled')
    const { id } = await bench.ok('POST', '/v1/reservations', {
      customer,
      feature: 'seats',
      amount: 3,
      member: 'u',
    })
    await moveTo('each')
    await bench.ok('POST', `/v1/reservations/${id}/settle`, { amount: 2 })
    expect(await held()).toEqual({ '': 2, u: 2, v: 0 })
  })
})

describe('for any walk through such plans', () => {
  const step = fc.record({
    do: fc.constantFrom('take', 'give', 'state', 'moveTo'),
    member: fc.constantFrom(...members),
    amount: fc.integer({ min: 1, max: 6 }),
    plan: fc.constantFrom(...Object.keys(catalog.plans ?? {})),
  })

  it('CP-6 each holds what it took, stated and did not give back, and all together the sum', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25 }), async (walk) => {
        const { take, give, state, moveTo, held } = await holder('pooled')
        const model: Record<string, number> = { u: 0, v: 0 }
        for (const { do: what, member, amount, plan: to } of walk) {
          const own = model[member] as number
          if (what === 'moveTo') await moveTo(to)
          else if (what === 'take') {
            if ((await take(amount, member)).allowed) model[member] = own + amount
          } else if (what === 'state') {
            await state(amount, member)
            model[member] = amount
          } else if (amount <= own) {
            expect((await give(amount, member)).status).toBe(200)
            model[member] = own - amount
          }
          const found = await held()
          const sum = Object.values(model).reduce((total, each) => total + each, 0)
          expect({ '': 0, u: 0, v: 0, ...found }).toEqual({ ...model, '': sum })
        }
      }),
      { numRuns: 12 },
    )
    expect((await bench.ok('GET', '/v1/doctor')).findings).toEqual([])
  })
})

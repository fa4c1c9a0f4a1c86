/** What happens to one customer at the same instant, in several servers, and across the death of a process. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { carryOutAttempts } from '../../src/operations/payments/carry-out.ts'
import { applyProviderEvents } from '../../src/operations/provider-events/apply.ts'
import { eventually } from '../support/eventually.ts'
import { spawnServer } from '../support/server.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { credits: { kind: 'credits' } },
  plans: { monthly: { prices: { EUR: { month: 10_000 } }, allowances: { credits: 100 } } },
  addOns: { pack: { kind: 'one_off', prices: { EUR: 1_000 }, allowances: { credits: 50 } } },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog, { servers: 2, jobs: false })
})
afterAll(() => world?.close())

const other = () => world.servers[1] as SimulatedWorld['server']
const contexts = () => world.servers.map(({ engine }) => engine.context)
const everywhere = <Result>(run: (ctx: SimulatedWorld['server']['engine']['context']) => Promise<Result>) =>
  Promise.all([...contexts(), ...contexts()].map(run))

/** Rows and books say the same: what came in, what is owed, what the customer has. */
async function expectBalanced(customer: string) {
  const { rows } = await world.database.db.query<Record<string, number>>({
    text: `select
        coalesce((select sum(amount_minor) from receipt r where r.environment = c.environment and r.customer = c.id), 0)::bigint as cash,
        coalesce((select sum(total_minor - credit_applied_minor - credited_minor - amount_paid_minor) from invoice i
          where i.environment = c.environment and i.customer = c.id and kind = 'invoice' and status in ('open', 'uncollectible')), 0)::bigint as owed,
        coalesce((select sum(amount_minor) from credit_balance b where b.environment = c.environment and b.customer = c.id), 0)::bigint as balance
      from customer c where key = $1`,
    values: [customer],
  })
  const books = await world.books(customer)
  expect({
    cash: (books['cash:simulator'] ?? 0) + (books['cash:manual'] ?? 0),
    owed: books.receivable ?? 0,
    balance: 0 - (books.customer_credit ?? 0),
    unapplied: books.unapplied_cash ?? 0,
  }).toEqual({ ...rows[0], unapplied: 0 })
}

describe('at the same instant', () => {
  it('CM-5 sweep and webhook meeting on one renewal, in two servers, have one effect', async () => {
    const moveTo = await world.customer('renewed', 'card_ok', '2026-03-01T00:00:00Z')
    await world.ask('POST', '/v1/subscriptions', { customer: 'renewed', plan: 'monthly' })
    await moveTo('2026-03-15T00:00:00Z')
    // the charge is asked for and its answer lost: now the webhook and the one who asks again know it at once
    await world.control('POST', '/control/faults', { fault: 'unavailable_after_effect', on: 'charge' })
    await moveTo('2026-04-01T00:00:00Z')
    await world.control('POST', '/control/deliver')
    const [{ id }] = (await world.ask('GET', '/v1/invoices?customer=renewed&status=open')).data
    await Promise.all([
      ...world.servers.map((each) => each.request('POST', `/v1/invoices/${id}/pay`, { body: {} })),
      everywhere(carryOutAttempts),
      everywhere(applyProviderEvents),
    ])
    await everywhere(applyProviderEvents)
    expect(await world.invoices('renewed')).toEqual(['period paid 10000/10000', 'period paid 10000/10000'])
    expect(await world.payments('renewed')).toBe(2)
    await expectBalanced('renewed')
  })

  it.each([
    ['recorded by hand', false],
    ['recorded by hand', true],
    ['charged', false],
    ['charged', true],
  ])(
    'ST-13 paying an invoice (%s) while its subscription is canceled (credit %s) has one outcome',
    async (how, credit) => {
      for (const round of [1, 2, 3]) {
        const customer = `${how.slice(0, 3)}-${credit}-${round}`
        const moveTo = await world.customer(customer, undefined, '2026-03-01T00:00:00Z')
        const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan: 'monthly' })
        await moveTo('2026-03-11T00:00:00Z')
        const [invoice] = (await world.ask('GET', `/v1/invoices?customer=${customer}&status=open`)).data
        const byHand = {
          customer,
          invoice: invoice.id,
          currency: 'EUR',
          amountMinor: 10_000,
          transaction: customer,
        }
        if (how === 'charged') {
          const card = { provider: 'simulator', instrument: 'card_ok' }
          await world.ask('POST', `/v1/customers/${customer}/payment-methods`, card)
        }
        const [paid, canceled] = await Promise.all([
          how === 'charged'
            ? world.server.request('POST', `/v1/invoices/${invoice.id}/pay`, { body: {} })
            : world.server.request('POST', '/v1/payments', { body: byHand }),
          other().request('POST', `/v1/subscriptions/${id}/cancel`, { body: { when: 'now', credit } }),
        ])
        expect([200, 201, 409]).toContain(paid.status)
        expect([200, 409]).toContain(canceled.status)
        // whoever was refused meanwhile is done with afterwards
        if (canceled.status === 409)
          await world.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now', credit })
        // what was lowered while it was being charged is charged anew
        await moveTo('2026-03-11T00:00:01Z')
        await everywhere(carryOutAttempts)
        const [, ...more] = (await world.ask('GET', `/v1/payments?customer=${customer}`)).data
        expect(more).toEqual([])
        const { status } = await world.ask('GET', `/v1/subscriptions/${id}`)
        expect(status).toBe('canceled')
        const { amountPaidMinor, creditedMinor, totalMinor, ...settled } = await world.ask(
          'GET',
          `/v1/invoices/${invoice.id}`,
        )
        expect(settled.status).toBe('paid')
        expect(amountPaidMinor + creditedMinor + settled.creditAppliedMinor).toBe(totalMinor)
        await expectBalanced(customer)
      }
    },
  )

  it('ST-13 a purchase and a cancellation are both done', async () => {
    const rounds = ['a', 'b', 'c', 'd']
    for (const round of rounds) {
      const customer = `both-${round}`
      await world.customer(customer, 'card_ok')
      const { id } = await world.ask('POST', '/v1/subscriptions', { customer, plan: 'monthly' })
      const [topUp, canceled] = await Promise.all([
        world.server.request('POST', '/v1/top-ups', { body: { customer, addOn: 'pack' } }),
        other().request('POST', `/v1/subscriptions/${id}/cancel`, { body: { when: 'now' } }),
      ])
      expect([topUp.status, topUp.body.status]).toEqual([201, 'paid'])
      expect([canceled.status, canceled.body.status]).toEqual([200, 'canceled'])
      expect(await world.payments(customer)).toBe(1)
      await expectBalanced(customer)
    }
  })

  it('I-2 one order under one key in two servers is charged once; two orders are two', async () => {
    await world.customer('twins', 'card_ok')
    const buy = (server: SimulatedWorld['server'], key: string) =>
      server.request('POST', '/v1/top-ups', {
        body: { customer: 'twins', addOn: 'pack', idempotencyKey: key },
      })
    const answers = await Promise.all(
      ['a', 'b'].flatMap((key) => world.servers.flatMap((server) => [buy(server, key), buy(server, key)])),
    )
    expect(answers.map(({ status, text }) => (status === 201 ? 201 : text))).toEqual(
      Array.from({ length: 8 }, () => 201),
    )
    expect(await world.payments('twins')).toBe(2)
    await expectBalanced('twins')
  })
})

describe('a process that is killed', () => {
  it('I-3 between the charge and its record: the replay gives one charge and the truth', async () => {
    await world.customer('killed', 'card_ok')
    // its jobs would take up the charge as well, and the call would hear of it
    const environment = { ...world.settings, TOLLKEEPER_JOBS: 'off' }
    const dying = await spawnServer({ databaseUrl: world.database.url, environment })
    const body = { customer: 'killed', addOn: 'pack', idempotencyKey: 'order' }
    // the money is taken, and the answer never comes
    await world.control('POST', '/control/faults', { fault: 'timeout_after_effect', on: 'charge' })
    const lost = dying.request('POST', '/v1/top-ups', { body }).catch(() => 'lost')
    await eventually('it is charged', async () => ((await world.payments('killed')) > 0 ? true : undefined))
    await dying.kill()
    expect(await lost).toBe('lost')
    expect(
      (await world.ask('GET', '/v1/invoices?customer=killed')).data.map((each: Json) => each.status),
    ).toEqual(['draft'])
    expect(await world.ask('POST', '/v1/top-ups', body)).toMatchObject({ status: 'paid' })
    expect(await world.payments('killed')).toBe(1)
    expect(await world.invoices('killed')).toEqual(['top_up paid 1000/1000'])
    await expectBalanced('killed')
  })
})

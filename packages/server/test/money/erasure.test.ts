import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eraseCustomers } from '../../src/operations/customers/erase.ts'
import { applyProviderEvents } from '../../src/operations/provider-events/apply.ts'
import { reportOn } from '../../src/operations/doctor/report.ts'
import { rowsThatSay } from '../support/rows-that-say.ts'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
})
afterAll(() => world?.close())

/** Each of them is said in one place. */
const personal = {
  name: 'Zebulon Quark',
  email: 'zebulon@quark.example',
  metadata: 'customer-remark',
  memberName: 'Ottilie Vandam',
  memberEmail: 'ottilie@vandam.example',
  memberMetadata: 'member-remark',
  note: 'he rang twice',
  overrideReason: 'a favour for Zebulon',
  grantReason: 'sorry for the wait',
  usageMetadata: 'usage-remark',
  holdMetadata: 'hold-remark',
  invoiceMetadata: 'invoice-remark',
  subscriptionMetadata: 'subscription-remark',
  billingEmail: 'billing@quark.example',
}
/** What the law wants to be kept: whom an issued document was written to. */
const kept = { billingName: 'Quark Industries', line1: '7 Neutrino Row' }

async function live(customer: string) {
  const moveTo = await world.customerOn('2026-03-01T00:00:00Z', customer, {
    name: personal.name,
    email: personal.email,
    metadata: { remark: personal.metadata },
    billing: {
      name: kept.billingName,
      email: personal.billingEmail,
      address: { line1: kept.line1, city: 'Dakar', country: 'SN' },
    },
  })
  const { ask } = world
  await ask('PUT', `/v1/customers/${customer}/members/m-1`, {
    name: personal.memberName,
    email: personal.memberEmail,
    metadata: { remark: personal.memberMetadata },
  })
  await ask('POST', `/v1/customers/${customer}/payment-methods`, {
    provider: 'simulator',
    instrument: 'card_insufficient_funds',
  })
  await ask('POST', '/v1/subscriptions', {
    customer,
    plan: 'essential',
    currency: 'EUR',
    metadata: { remark: personal.subscriptionMetadata },
    idempotencyKey: `${customer}-subscribes`,
  })
  await ask('POST', '/v1/consume', {
    customer,
    feature: 'tickets',
    amount: 1,
    metadata: { remark: personal.usageMetadata },
  })
  await ask('POST', '/v1/reservations', {
    customer,
    feature: 'tickets',
    amount: 1,
    metadata: { remark: personal.holdMetadata },
  })
  await ask('POST', `/v1/customers/${customer}/grants`, {
    feature: 'tickets',
    amount: 5,
    reason: personal.grantReason,
    idempotencyKey: `${customer}-grant`,
  })
  await ask('PUT', `/v1/customers/${customer}/overrides/tickets`, {
    limit: 900,
    reason: personal.overrideReason,
  })
  await ask('PUT', `/v1/customers/${customer}/suspension`, { reason: 'fraud', note: personal.note })
  await ask('POST', '/v1/invoices', {
    customer,
    currency: 'EUR',
    lines: [{ description: 'Setting up', unitMinor: 300 }],
    metadata: { remark: personal.invoiceMetadata },
  })
  await ask('POST', '/v1/invoices', {
    customer,
    currency: 'EUR',
    lines: [{ description: 'Never issued', unitMinor: 400 }],
    finalise: false,
  })
  await moveTo('2026-03-10T00:00:00Z')
  return moveTo
}

const rowsWith = (words: readonly string[]) => rowsThatSay(world.database.db, words)

const report = () => reportOn(world.server.engine.context, { id: 1, name: 'test', mode: 'test' }, 100)

describe('a customer that is deleted', () => {
  it('ST-13 is billed no more, forgotten everywhere, and its books stay', async () => {
    const words = Object.values(personal)
    const moveTo = await live('leaver')
    // what can't be found is no proof
    const before = await rowsWith(words)
    for (const word of words) expect(before.join('\n'), word).toContain(word)
    const { data } = await world.ask('GET', '/v1/customers/leaver/invoices')
    const owed = data.filter(({ status }: { status: string }) => status === 'open')
    expect(owed).toHaveLength(2)
    const books = await world.books('leaver')

    await world.ask('DELETE', '/v1/customers/leaver')
    await eraseCustomers(world.server.engine.context)

    expect(await rowsWith(words)).toEqual([])
    const document = `invoice: ${Object.values(kept).join(', ')}`
    expect(await rowsWith(Object.values(kept))).toEqual([document, document])
    expect(await world.books('leaver')).toEqual(books)
    expect((await report()).findings).toEqual([])
    await moveTo('2026-05-10T00:00:00Z')
    const { rows } = await world.database.db.query('select status, kind from invoice')
    const open = { status: 'open', kind: 'invoice' }
    expect(rows).toEqual([open, open])
    expect((await report()).findings).toEqual([])
  })

  it('ST-13 keeps what was given back in the same moment, unless what it gives back of is dropped itself', async () => {
    const left = async (customer: string, issued: boolean) => {
      const moveTo = await world.customerOn('2026-03-01T00:00:00Z', customer)
      const { id } = await world.ask('POST', '/v1/subscriptions', {
        customer,
        plan: 'essential',
        currency: 'EUR',
      })
      if (issued) await moveTo('2026-03-01T00:00:01Z')
      await world.ask('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now', credit: true })
      await world.ask('DELETE', `/v1/customers/${customer}`)
      const { data } = await world.ask('GET', `/v1/invoices?customer=${customer}`)
      return data.map(({ kind, status, amountDueMinor }: Record<string, unknown>) => [
        kind,
        status,
        amountDueMinor,
      ])
    }
    expect(await left('credited', true)).toEqual([
      ['credit_note', 'paid', 0],
      ['invoice', 'paid', 0],
    ])
    expect(await left('hasty', false)).toEqual([])
    await eraseCustomers(world.server.engine.context)
    expect((await report()).findings).toEqual([])
  })

  it('ST-13 is forgotten by its payment provider, who is asked until it answers', async () => {
    await live('carded')
    const { context } = world.server.engine
    const asked: string[] = []
    let isSilent = true
    const payments: typeof context.payments = {
      ...context.payments,
      provider: (...of) => ({
        ...context.payments.provider(...of),
        detach: async (token) => {
          asked.push(token)
          return isSilent ? { status: 'unknown', reason: 'it does not answer' } : { status: 'detached' }
        },
      }),
    }
    const state = async () => {
      const { rows } = await world.database.db.query(
        `select erased_at is not null as erased, token from customer c join payment_method m on m.customer = c.id
         where c.key = 'carded'`,
      )
      return rows
    }
    await world.ask('DELETE', '/v1/customers/carded')
    expect(await eraseCustomers({ ...context, payments })).toEqual({ handled: 0, failing: 1 })
    expect(await state()).toEqual([{ erased: false, token: asked[0] }])
    isSilent = false
    expect(await eraseCustomers({ ...context, payments })).toEqual({ handled: 1, failing: 0 })
    expect(await state()).toEqual([{ erased: true, token: '' }])
    expect(asked).toHaveLength(2)
    expect(await eraseCustomers({ ...context, payments })).toEqual({ handled: 0, failing: 0 })
  })

  it('ST-13 takes no card that is entered at its provider afterwards', async () => {
    await world.ask('PUT', '/v1/customers/gone', {})
    const path = '/v1/customers/gone/payment-methods'
    const setup = await world.ask('POST', path, { provider: 'simulator' })
    await world.ask('DELETE', '/v1/customers/gone')
    const body = new URLSearchParams({ action: 'attach', instrument: 'card_ok' })
    await fetch(setup.url, { method: 'POST', redirect: 'manual', body })
    await world.control('POST', '/control/deliver')
    expect(await applyProviderEvents(world.server.engine.context)).toMatchObject({ failing: 0 })
    const { events } = (await world.control('GET', '/events')) as {
      events: { type: string; data: { change: string; customer: string } }[]
    }
    const told = events.filter(({ type, data }) => type === 'method.updated' && data.customer === 'gone')
    expect(told.map(({ data }) => data.change)).toEqual(['attached', 'detached'])
  })
})

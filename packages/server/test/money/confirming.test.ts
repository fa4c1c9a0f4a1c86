import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC', language: 'en' },
  features: { credits: { kind: 'credits' } },
  plans: { monthly: { prices: { EUR: { month: 10_000 } } } },
  addOns: { pack: { kind: 'one_off', prices: { EUR: 1_000 }, allowances: { credits: 10 } } },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

/** What whoever has the link sees, without a key. */
async function pageOf(invoice: string): Promise<Json> {
  const { path } = await world.ask('POST', `/v1/invoices/${invoice}/link`, {})
  return (await world.server.request('GET', path, { key: '' })).body
}
async function owed(customer: string, collection = 'automatic'): Promise<Json> {
  return world.ask('POST', '/v1/invoices', {
    customer,
    currency: 'EUR',
    collection,
    lines: [{ description: 'Once', unitMinor: 10_000 }],
  })
}
const waits = (invoice: string) =>
  eventually('it waits for the customer', async () => (await pageOf(invoice)).payment ?? undefined)
/** As a browser does: presses a button, and is sent on. */
async function press(url: string, action: string) {
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ action }),
  })
  return answer.headers.get('location')
}
const isPaid = (invoice: string) =>
  eventually('it is paid', async () =>
    (await world.ask('GET', `/v1/invoices/${invoice}`)).status === 'paid' ? true : undefined,
  )

describe('a card whose bank wants a confirmation', () => {
  it('ST-13 off session: the customer is told where, confirms at the page of the invoice, and it is paid once', async () => {
    await world.customer('off-session', 'card_authenticate_always')
    const { id } = await owed('off-session')
    const payment = await waits(id)
    expect(payment).toMatchObject({ status: 'action_needed', url: expect.stringMatching(/\/pay\//) })
    expect(Date.parse(payment.expiresAt)).toBeGreaterThan(0)
    const events = (await world.ask('GET', '/v1/customers/off-session/timeline?limit=100')).data
    const told = events.find(({ type }: Json) => type === 'invoice.payment_action_required')
    expect(told.data).toMatchObject({ invoice: id, url: payment.url })
    expect(await press(payment.url, 'pay')).toBeNull()
    await isPaid(id)
    expect(await pageOf(id)).toMatchObject({ status: 'paid', payment: null })
    expect(await world.payments('off-session')).toBe(1)
    expect(await world.books('off-session')).toMatchObject({ 'cash:simulator': 10_000 })
  })

  it('ST-13 on session: the bank sends the customer back to where the seller said', async () => {
    await world.customer('on-session', 'card_authenticate_always')
    const { id } = await owed('on-session', 'send')
    const returnUrl = 'https://app.example.com/paid?invoice=1'
    const answer = await world.ask('POST', `/v1/invoices/${id}/pay`, { returnUrl, idempotencyKey: 'pay-1' })
    expect(answer.attempt).toMatchObject({ status: 'action_needed' })
    expect(
      await world.ask('POST', `/v1/invoices/${id}/pay`, { returnUrl, idempotencyKey: 'pay-1' }),
    ).toMatchObject({
      attempt: { id: answer.attempt.id },
    })
    expect(await press(answer.attempt.url, 'pay')).toBe(returnUrl)
    await isPaid(id)
    const terms = { customer: 'on-session', addOn: 'pack', returnUrl }
    const bought = await world.ask('POST', '/v1/top-ups', terms)
    expect(bought).toMatchObject({ status: 'action_needed' })
    expect(await press(bought.url, 'pay')).toBe(returnUrl)
    await isPaid((await world.ask('GET', '/v1/customers/on-session/invoices')).data[0].id)
  })

  it('ST-13 refused, it is a decline, and the page has nothing to press any more', async () => {
    await world.customer('refuses', 'card_authenticate_always')
    const { id } = await owed('refuses')
    await press((await waits(id)).url, 'refuse')
    await eventually('nothing waits', async () => ((await pageOf(id)).payment === null ? true : undefined))
    expect(await pageOf(id)).toMatchObject({ status: 'open', dueMinor: 10_000 })
    expect(await world.payments('refuses')).toBe(0)
  })
})

describe('a void invoice', () => {
  it.each(['+221770000201', 'card_authenticate_always'])(
    'calls back what waits for the payer of %s',
    async (instrument) => {
      const customer = `void-${instrument.replace('+', '')}`
      await world.customer(customer, instrument)
      const { id } = await owed(customer)
      const { url } = await waits(id)
      await world.ask('POST', `/v1/invoices/${id}/void`)
      await eventually('it is called back', async () =>
        (await world.charges()).some((each) => each.customer === customer && each.status === 'canceled')
          ? true
          : undefined,
      )
      expect(await pageOf(id)).toMatchObject({ status: 'void', payment: null })
      // whoever pays nevertheless has it on the balance
      await press(url, 'pay')
      await eventually('it has landed', async () =>
        (await world.books(customer)).customer_credit === undefined ? undefined : true,
      )
      expect(await world.books(customer)).toEqual({ 'cash:simulator': 10_000, customer_credit: -10_000 })
      expect(await world.invoices(customer)).toEqual(['one_off void 0/10000'])
    },
  )
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSimulatedWorld, type Json, type SimulatedWorld } from '../money/simulated-world.ts'
import { eventually } from '../support/eventually.ts'
import { bodyOf, startPostbox, type Postbox } from './postbox.ts'

const PUBLIC = 'https://billing.seller.example'
const catalog = {
  operator: { name: 'Seller', email: 'desk@seller.example', timeZone: 'UTC', attachDocuments: false },
  features: { tickets: { kind: 'meter' } },
  plans: {
    monthly: {
      prices: { EUR: { month: 1_500 } },
      allowances: { tickets: 10 },
      policies: {
        retries: { afterDays: [2] },
        dunning: {
          steps: [
            { afterDays: 3, letter: 'friendly' },
            { afterDays: 10, letter: 'warning' },
            { afterDays: 20, access: 'blocked' },
          ],
        },
      },
    },
    strict: {
      prices: { EUR: { month: 1_500 } },
      policies: { failure: { graceDays: 0, reason: 'subscription_inactive' } },
    },
    pausing: {
      prices: { EUR: { month: 1_500 } },
      policies: { dunning: { steps: [{ afterDays: 5, action: 'pause' }] } },
    },
    lenient: {
      prices: { EUR: { month: 1_500 } },
      policies: { dunning: { steps: [{ afterDays: 5, access: 'limited' }] } },
    },
  },
}

let postbox: Postbox
let world: SimulatedWorld
beforeAll(async () => {
  postbox = await startPostbox()
  world = await openSimulatedWorld(catalog, {
    deliveries: { smtpUrl: postbox.url, publicUrl: PUBLIC },
  })
})
afterAll(async () => {
  await world?.close()
  await postbox?.close()
})

async function subscribed(customer: string, instrument: string, locale = 'en', plan = 'monthly') {
  const moveTo = await world.customer(customer, undefined, '2026-03-01T09:00:00Z')
  const email = `${customer}@people.example`
  await world.ask('PUT', `/v1/customers/${customer}`, { name: customer, email, locale })
  const kind = instrument.startsWith('+') ? 'phone' : 'card'
  const method = { provider: 'simulator', kind, instrument }
  await world.ask('POST', `/v1/customers/${customer}/payment-methods`, method)
  await world.ask('POST', '/v1/subscriptions', { customer, plan })
  await moveTo('2026-03-01T09:01:00Z')
  return moveTo
}

const letter = (address: string, subject: RegExp): Promise<string> =>
  eventually(`${subject.source} to ${address}`, () => {
    const found = postbox.letters.find(
      (each) => each.to.includes(address) && subject.test(each.header('Subject')),
    )
    return found === undefined ? undefined : bodyOf(found)
  })

it('QE-5 letters lead to the invoice, and say when it is tried again and when the account is closed', async () => {
  const moveTo = await subscribed('late', 'card_insufficient_funds')
  const address = 'late@people.example'
  const [invoice] = (await world.ask('GET', '/v1/customers/late/invoices')).data as Json[]

  expect(await letter(address, /^Your payment for invoice .* has failed/)).toContain(
    'We try again on March 3, 2026.',
  )
  await moveTo('2026-03-12T00:00:00Z')
  await letter(address, /^Reminder: invoice/)
  const warning = await letter(address, /^Your account is about to be suspended/)
  expect(warning).toContain('your account is suspended on March 21, 2026.')

  const [link] = /https:\/\/billing\.seller\.example\/links\/[\w./-]+/.exec(warning) ?? []
  const page = await world.server.request('GET', (link as string).slice(PUBLIC.length), { key: '' })
  expect(page.body).toMatchObject({ id: invoice.id, status: 'open', dueMinor: 1_500 })
})

it.each([
  ['strict', /^Your account is suspended: invoice/],
  ['pausing', /^Your account is suspended: invoice/],
  ['lenient', /^Your account is limited: invoice/],
])(
  'CM-8 who is let in less for an unpaid invoice is told so, and when that is over (%s)',
  async (plan, subject) => {
    const moveTo = await subscribed(plan, 'card_insufficient_funds', 'en', plan)
    const address = `${plan}@people.example`
    await moveTo('2026-03-08T00:00:00Z')
    expect(await letter(address, subject)).toMatch(/€15\.00[\s\S]*is not paid/)
    const card = { provider: 'simulator', instrument: 'card_ok', isDefault: true }
    await world.ask('POST', `/v1/customers/${plan}/payment-methods`, card)
    const [{ id }] = (await world.ask('GET', `/v1/customers/${plan}/invoices`)).data as Json[]
    await world.server.request('POST', `/v1/invoices/${id}/pay`, { body: {} })
    await letter(address, /^Your account is open again/)
    const [{ number }] = (await world.ask('GET', `/v1/customers/${plan}/invoices`)).data as Json[]
    expect(await letter(address, /^We have received your payment/)).toContain(
      `€15.00 for invoice ${number}. Thank you.`,
    )
  },
)

it('CM-1 who has not paid for the first time was never let in, and is told of no end of that', async () => {
  const moveTo = await world.customer('waiting', 'card_ok', '2026-03-01T09:00:00Z')
  await world.ask('PUT', '/v1/customers/waiting', { email: 'waiting@people.example', locale: 'en' })
  const order = { customer: 'waiting', plan: 'monthly', activation: 'manual' }
  const { id } = await world.ask('POST', '/v1/subscriptions', order)
  await world.ask('POST', `/v1/subscriptions/${id}/activate`, {})
  await moveTo('2026-03-02T00:00:00Z')
  await letter('waiting@people.example', /^Your subscription is active/)
  await letter('waiting@people.example', /^We have received your payment|payment/i)
  const { rows } = await world.database.db.query<{ subject: string }>(
    "select event_type as subject from delivery where event_type = 'access.changed' and customer = (select id from customer where key = 'waiting')",
  )
  expect(rows).toEqual([])
})

it('QE-16 a prompt that waits for the payer is a letter too, which leads to where it is confirmed', async () => {
  await subscribed('phone', '+221770000031', 'fr')
  const [attempt] = (await world.charges()).filter(({ customer }) => customer === 'phone')
  expect(await letter('phone@people.example', /^Confirmez votre paiement/)).toContain(attempt.url ?? '/pay/')
})

it('ST-13 a dispute and a refund that fails are told to the operator, by name and with the reason in words', async () => {
  const desk = 'desk@seller.example'
  await subscribed('disputing', 'card_disputed')
  expect(await letter(desk, /^A payment of disputing is disputed/)).toMatch(
    /Hello Seller,[\s\S]*€15\.00[\s\S]*is disputed: the payer says that it was made by somebody else\.[\s\S]*evidence to the payment provider by/,
  )
  await subscribed('refunded', 'card_refund_fails')
  const [payment] = (await world.ask('GET', '/v1/payments?customer=refunded')).data
  await world.ask('POST', `/v1/payments/${payment.id}/refunds`, { reason: 'unused' })
  await world.control('POST', '/control/clock', { advanceSeconds: 3 * 86_400 })
  expect(await letter(desk, /^A refund to refunded has failed/)).toMatch(
    /€15\.00[\s\S]*has failed: the account that it was to go to is closed\./,
  )
})

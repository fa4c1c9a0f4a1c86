import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { rowsThatSay } from '../support/rows-that-say.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const catalog = {
  operator: {
    name: 'Seller',
    timeZone: 'UTC',
    address: { line1: '1 rue Une', city: 'Paris', country: 'FR' },
  },
  features: { credits: { kind: 'credits' } },
  addOns: { pack: { kind: 'one_off', prices: { EUR: 1_000 }, allowances: { credits: 10 } } },
  plans: { monthly: { prices: { EUR: { month: 10_000 } } } },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const personal = {
  name: 'Ermintrude Osgood',
  earlierName: 'Ermintrude Maiden',
  email: 'ermintrude@osgood.example',
  billingEmail: 'accounts@osgood.example',
  member: 'Philomena Dray',
  memberEmail: 'philomena@dray.example',
  metadata: 'left-handed',
  card: '3184',
  phone: '+221 •• 57',
  returnUrl: 'https://osgood.example/back',
  successUrl: 'https://osgood.example/bought',
  refundReason: 'she was unhappy',
  refundedPerson: 'asked for by Philomena',
  refundFailure: 'closed by her',
  waiting: 'her own logo',
}
const kept = { company: 'Osgood & Daughters', street: '9 Sycamore Mews', vatId: 'FR40303265045' }

const press = (url: string, fields: Record<string, string>) =>
  fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) })
const says = (words: readonly string[]) => rowsThatSay(world.database.db, words)
const isDone = (what: string, text: string) =>
  eventually(what, async () => {
    const { rows } = await world.database.db.query(text)
    return rows.length === 0 ? true : undefined
  })

/** In what waits, and in what failed. */
async function leaveWords(customer: string) {
  const { ask } = world
  const transfer = { customer, currency: 'EUR', amountMinor: 500, transaction: 'transfer-1' }
  const { id: transferred } = await ask('POST', '/v1/payments', transfer)
  const refund = await ask('POST', `/v1/payments/${transferred}/refunds`, { amountMinor: 500 })
  await ask('POST', `/v1/refunds/${refund.id}/settle`, { status: 'failed', reason: personal.refundFailure })
  await ask('POST', `/v1/customers/${customer}/invoice-items`, {
    currency: 'EUR',
    description: personal.waiting,
    unitMinor: 700,
  })
}

/** Everything that leaves words behind: letters, pages, prompts, payments, refunds, disputes, changes. */
async function live(customer: string) {
  const { ask, control } = world
  const path = `/v1/customers/${customer}`
  const address = { line1: kept.street, city: 'Lyon', country: 'FR' }
  const billing = { name: kept.company, email: personal.billingEmail, vatId: kept.vatId, address }
  const metadata = { remark: personal.metadata }
  await ask('PUT', path, {
    name: personal.earlierName,
    email: personal.email,
    currency: 'EUR',
    billing,
    metadata,
  })
  await ask('PUT', path, { name: personal.name })
  const member = { name: personal.member, email: personal.memberEmail, metadata: { role: 'admin' } }
  await ask('PUT', `${path}/members/m-1`, member)
  const setup = await ask('POST', `${path}/payment-methods`, { provider: 'simulator' })
  await press(setup.url, { action: 'attach', instrument: 'card_authenticate_always' })
  await ask('POST', `${path}/payment-methods`, {
    provider: 'simulator',
    kind: 'phone',
    instrument: '+221770009757',
  })
  await eventually('both are attached', async () =>
    (await ask('GET', `${path}/payment-methods`)).data.length === 2 ? true : undefined,
  )
  const invoice = await ask('POST', '/v1/invoices', {
    customer,
    currency: 'EUR',
    collection: 'send',
    lines: [{ description: 'Setting up', unitMinor: 5_000 }],
  })
  const { data } = await ask('GET', `${path}/payment-methods`)
  for (const { id, kind } of data) {
    if (kind !== 'card') continue
    const body = { paymentMethod: id, returnUrl: personal.returnUrl }
    const { attempt } = await ask('POST', `/v1/invoices/${invoice.id}/pay`, body)
    await press(attempt.url, { action: 'pay' })
  }
  const [payment] = await eventually('it is paid', async () => {
    const payments = (await ask('GET', `/v1/payments?customer=${customer}`)).data
    return payments.length > 0 ? payments : undefined
  })
  const reason = `${personal.refundReason}, ${personal.refundedPerson}`
  await ask('POST', `/v1/payments/${payment.id}/refunds`, { amountMinor: 1_000, reason })
  await leaveWords(customer)
  await control('POST', '/control/disputes', { transaction: payment.transaction, reason: 'fraudulent' })
  await eventually('it is disputed', async () =>
    (await ask('GET', `/v1/disputes?customer=${customer}`)).data.length > 0 ? true : undefined,
  )
  const session = await ask('POST', '/v1/checkout-sessions', {
    customer,
    plan: 'monthly',
    provider: 'simulator',
    successUrl: personal.successUrl,
    cancelUrl: personal.successUrl,
  })
  expect(session.status).toBe('open')
  await eventually('letters have been written', async () => {
    const letters = await says([personal.billingEmail])
    return letters.some((each: string) => each.startsWith('mailbox_letter')) ? true : undefined
  })
}

describe('a customer that is deleted', () => {
  it('ST-13 leaves nothing personal in any table; documents keep whom they were written to', async () => {
    const words = Object.values(personal)
    await live('osgood')
    const before = (await says(words)).join('\n')
    // what was never there proves nothing
    for (const word of words) if (word !== personal.earlierName) expect(before, word).toContain(word)
    const tables = new Set(before.split('\n').map((each) => each.split(':')[0]))
    for (const table of [
      'customer',
      'member',
      'mailbox_letter',
      'delivery',
      'payment_method',
      'payment_attempt',
      'refund',
      'checkout_session',
    ])
      expect(tables, table).toContain(table)

    await world.ask('DELETE', '/v1/customers/osgood')
    await isDone('it is erased', "select 1 from customer where key = 'osgood' and erased_at is null")
    await isDone('what providers told is applied', 'select 1 from provider_event where applied_at is null')
    await isDone(
      'letters have left',
      "select 1 from delivery where status in ('pending', 'sending', 'failed')",
    )

    expect(await says(words)).toEqual([])
    const left = await says(Object.values(kept))
    expect(new Set(left.map((each: string) => each.split(':')[0]))).toEqual(new Set(['invoice']))
    for (const word of Object.values(kept)) expect(left.join('\n')).toContain(word)
    const { findings } = (await world.ask('GET', '/v1/doctor')) as Json
    expect(findings.filter(({ check }: Json) => check !== 'job')).toEqual([])
  })
})

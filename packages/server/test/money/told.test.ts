/** What a refusal about money says: true of this very case, in both languages, and with figures one can read. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalog, openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
let subscription: string
let move: (to: string) => Promise<void>
beforeAll(async () => {
  world = await openMoneyWorld()
  await world.ask('PUT', '/v1/catalog', {
    ...catalog,
    addOns: {
      module: { kind: 'recurring', prices: { EUR: { month: 500 } }, allowances: { tickets: 5 } },
      pack: { kind: 'one_off', prices: { EUR: 700 }, allowances: { tickets: 50 } },
    },
    bundles: { all: { addOns: ['module'], prices: { EUR: { month: 300 } } } },
    plans: { ...catalog.plans, gratis: { allowances: { tickets: 1 } } },
  })
  move = await world.customerOn('2026-03-01T10:00:00Z', 'told')
  await world.ask('POST', '/v1/customers/told/payment-methods', {
    provider: 'simulator',
    instrument: 'card_ok',
  })
  const order = { customer: 'told', plan: 'essential', currency: 'EUR' }
  subscription = (await world.ask('POST', '/v1/subscriptions', order)).id
  await move('2026-03-01T12:00:00Z')
})
afterAll(() => world?.close())

async function told(method: string, path: string, body?: unknown) {
  const say = async (language: string) => {
    const headers = { 'accept-language': language }
    const { status, body: problem } = await world.server.request(method, path, { body, headers })
    const messages = (problem.errors ?? []).map(({ message }: { message: string }) => message)
    return { code: `${status} ${problem.code}`, text: messages[0] ?? problem.detail }
  }
  const [english, french] = [await say('en'), await say('fr')]
  expect(french.code).toBe(english.code)
  return [english.code, english.text, french.text]
}

describe('I-9 QE-19 what is said is true, in both languages', () => {
  it('a module is no top-up, and a top-up no module', async () => {
    const order = { customer: 'told', addOn: 'module' }
    expect(await told('POST', '/v1/top-ups', order)).toEqual([
      '422 add_on_kind',
      '"module" is renewed with a subscription and can not be bought once. Switch it on with PUT /v1/subscriptions/<id>/add-ons/module, or choose a top-up.',
      '« module » se renouvelle avec un abonnement et ne s’achète pas à l’unité. Activez-la avec PUT /v1/subscriptions/<id>/add-ons/module, ou choisissez une recharge.',
    ])
    expect(await told('PUT', `/v1/subscriptions/${subscription}/add-ons/pack`, {})).toEqual([
      '422 add_on_kind',
      '"pack" is sold once (a top-up) and can not be part of a subscription. Choose a recurring add-on.',
      '« pack » se vend à l’unité (une recharge) et ne peut pas faire partie d’un abonnement. Choisissez une option récurrente.',
    ])
  })

  it('what the subscription lacks may well be in the catalog', async () => {
    const of = `/v1/subscriptions/${subscription}`
    expect(await told('DELETE', `${of}/add-ons/module`)).toEqual([
      '404 add_on_not_found',
      'The subscription does not have the add-on "module". GET /v1/subscriptions/<id> shows those it has.',
      'L’abonnement n’a pas l’option « module ». GET /v1/subscriptions/<id> montre celles qu’il a.',
    ])
    expect((await told('DELETE', `${of}/bundles/all`)).slice(0, 2)).toEqual([
      '404 bundle_not_found',
      'The subscription does not have the bundle "all".',
    ])
    expect((await told('PUT', `${of}/add-ons/nothing`, {}))[1]).toBe(
      'There is no add-on "nothing" in the catalog of this environment.',
    )
  })

  it('figures are in minor units, and states in the language', async () => {
    const { data } = await world.ask('GET', '/v1/invoices?customer=told')
    const of = `/v1/invoices/${data[0].id}`
    const tooMuch = { amountMinor: 99_999, destination: 'balance', reason: 'x' }
    expect(await told('POST', `${of}/credit-notes`, tooMuch)).toEqual([
      '409 credit_too_much',
      'In minor units, 10,000 can still be credited of it.',
      'En unités mineures, 10\u202f000 peuvent encore en être crédités.',
    ])
    expect(await told('POST', `${of}/pay`, {})).toEqual([
      '409 invoice_state',
      'This can not be done while the invoice is paid.',
      'Cela n’est pas possible tant que la facture est payée.',
    ])
    const less = { customer: 'told', currency: 'EUR', lines: [{ description: 'Less', unitMinor: '-5' }] }
    expect((await told('POST', '/v1/invoices', less)).slice(0, 2)).toEqual([
      '422 amount_invalid',
      'The lines come to less than nothing. Write a credit note to an invoice, or give to the balance of the customer.',
    ])
  })
})

describe('I-6 I-9 no money is recorded in a currency that does not exist', () => {
  const unknown = ['ZZZ', 'XXX', 'XFO']
  it.each(unknown)('%s', async (currency) => {
    const code = '422 currency_unknown'
    const paid = { customer: 'told', currency, amountMinor: 5, transaction: `t-${currency}` }
    expect(await world.refused('POST', '/v1/payments', paid)).toBe(code)
    expect(await world.refused('PUT', '/v1/customers/told', { currency })).toBe(code)
    expect(await world.refused('PUT', `/v1/customers/new-${currency}`, { currency })).toBe(code)
    expect(await world.refused('GET', `/v1/customers/new-${currency}`)).toBe('404 customer_not_found')
    const item = { description: 'x', unitMinor: 5, currency }
    expect(await world.refused('POST', '/v1/customers/told/invoice-items', item)).toBe(code)
    const { accounts } = await world.ask('GET', '/v1/ledger/accounts?customer=told')
    expect(accounts.filter((each: { currency: string }) => each.currency === currency)).toEqual([])
  })

  it('a free plan is subscribed to in none, or in one that exists', async () => {
    await world.ask('PUT', '/v1/customers/free', {})
    const order = { customer: 'free', plan: 'gratis' }
    expect(await world.refused('POST', '/v1/subscriptions', { ...order, currency: 'ZZZ' })).toBe(
      '422 currency_unknown',
    )
    expect(await world.ask('POST', '/v1/subscriptions', order)).toMatchObject({ status: 'active' })
  })
})

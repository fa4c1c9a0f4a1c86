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

  it('a phone number that is sent as a card says which kind it takes', async () => {
    const path = '/v1/customers/told/payment-methods'
    const asCard = { provider: 'simulator', instrument: '+221771234567' }
    const [code, english, french] = await told('POST', path, asCard)
    expect(code).toBe('402 payment_method_declined')
    expect(english).toContain('It was taken for a card: a phone number goes with "kind": "phone".')
    expect(french).toContain('un numéro de téléphone s’envoie avec « kind » : « phone ».')
    expect((await told('POST', path, { ...asCard, kind: 'phone', instrument: 'card_ok' }))[1]).toContain(
      'a card goes with "kind": "card".',
    )
    expect((await told('POST', path, { ...asCard, instrument: 'card_refused' }))[1]).toContain(
      'Use another one.',
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
      'This can not be done while the invoice is paid. POST /v1/invoices/<id>/credit-notes credits it, POST /v1/payments/<id>/refunds gives the money back.',
      'Cela n’est pas possible : la facture est payée. POST /v1/invoices/<id>/credit-notes la crédite, POST /v1/payments/<id>/refunds rend l’argent.',
    ])
    const less = { customer: 'told', currency: 'EUR', lines: [{ description: 'Less', unitMinor: '-5' }] }
    expect((await told('POST', '/v1/invoices', less)).slice(0, 2)).toEqual([
      '422 amount_invalid',
      'The lines come to less than nothing. Write a credit note to an invoice, or give to the balance of the customer.',
    ])
  })
})

const write = (customer: string, currency: string, more: object = {}) => {
  const lines = [{ description: 'Advice', unitMinor: 500 }]
  const order = { customer, currency, lines, collection: 'send', ...more }
  return world.ask('POST', '/v1/invoices', order)
}

describe('I-9 QE-19 what is refused for its state says what can be done instead', () => {
  beforeAll(() => world.ask('PUT', '/v1/customers/states', {}))

  it('money in another currency than its invoice', async () => {
    const { id: invoice } = await write('states', 'USD')
    const money = { currency: 'EUR', amountMinor: 500, transaction: 'in-euros', invoice }
    expect(await told('POST', '/v1/payments', { ...money, customer: 'states' })).toEqual([
      '422 invoice_currency',
      `Invoice "${invoice}" is in USD, and the money in EUR. Name an invoice in EUR, or none: then it pays what else is due in EUR, or goes to the balance of the customer.`,
      `La facture « ${invoice} » est en USD, et l’argent en EUR. Nommez une facture en EUR, ou aucune : il règle alors ce qui est dû par ailleurs en EUR, ou rejoint le solde du client.`,
    ])
    expect(await told('POST', '/v1/payments', { ...money, customer: 'told' })).toEqual([
      '404 invoice_not_found',
      `The customer has no invoice "${invoice}". GET /v1/customers/<id>/invoices lists theirs.`,
      `Le client n’a pas de facture « ${invoice} ». GET /v1/customers/<id>/invoices énumère les siennes.`,
    ])
    expect(await world.ask('GET', '/v1/payments?customer=states')).toMatchObject({ data: [] })
  })

  it('an invoice', async () => {
    const open = await write('states', 'EUR')
    const draft = await write('states', 'EUR', { finalise: false })
    const part = await write('states', 'EUR')
    const note = await world.ask('POST', `/v1/invoices/${part.id}/credit-notes`, { amountMinor: 100 })
    const taken = await write('states', 'EUR')
    await world.ask('POST', `/v1/invoices/${taken.id}/void`, {})
    const [openSaid, openDit] = [
      'This can not be done while the invoice is open. POST /v1/invoices/<id>/void takes it back, POST /v1/invoices/<id>/credit-notes lowers it.',
      'Cela n’est pas possible tant que la facture est ouverte. POST /v1/invoices/<id>/void l’annule, POST /v1/invoices/<id>/credit-notes la diminue.',
    ]
    const code = '409 invoice_state'
    expect(await told('DELETE', `/v1/invoices/${open.id}`)).toEqual([code, openSaid, openDit])
    expect(await told('POST', `/v1/invoices/${open.id}/finalise`, {})).toEqual([code, openSaid, openDit])
    for (const [id, verb, english, french] of [
      [draft.id, 'void', 'with a draft. POST /v1/invoices/<id>/finalise', 'un brouillon. POST'],
      [part.id, 'void', 'credited in part. POST', 'créditée en partie. POST'],
      [note.id, 'credit-notes', 'Name the invoice that it credits.', 'Nommez la facture qu’il crédite.'],
      [note.id, 'pay', 'Name the invoice that it credits.', 'Nommez la facture qu’il crédite.'],
      [taken.id, 'pay', 'is void. POST /v1/invoices', 'annulée. POST /v1/invoices'],
      [taken.id, 'credit-notes', 'is void. POST /v1/invoices', 'annulée. POST /v1/invoices'],
    ] as const) {
      expect(await told('POST', `/v1/invoices/${id}/${verb}`, {}), verb).toEqual([
        code,
        expect.stringContaining(english),
        expect.stringContaining(french),
      ])
    }
    const paid = { customer: 'states', currency: 'EUR', amountMinor: 200, invoice: open.id }
    await world.ask('POST', '/v1/payments', { ...paid, transaction: 'a part' })
    expect(await told('POST', `/v1/invoices/${open.id}/void`, {})).toEqual([
      code,
      expect.stringContaining('paid in part. POST'),
      expect.stringContaining('payée en partie. POST'),
    ])
  })

  it('a refund', async () => {
    await world.ask('PUT', '/v1/customers/sent-back', {})
    const { id: invoice, totalMinor: amountMinor } = await write('sent-back', 'EUR')
    const money = { customer: 'sent-back', currency: 'EUR', amountMinor, invoice, transaction: 'by hand' }
    const payment = await world.ask('POST', '/v1/payments', money)
    const refund = await world.ask('POST', `/v1/payments/${payment.id}/refunds`, {})
    const settle = `/v1/refunds/${refund.id}/settle`
    await world.ask('POST', settle, { status: 'failed', reason: 'no account' })
    expect(await told('POST', settle, { status: 'succeeded' })).toEqual([
      '409 refund_state',
      'A refund that has failed stays so, and its money went to the balance of the customer. POST /v1/payments/<id>/refunds with "creditNote": false sends what is left of it.',
      'Un remboursement échoué le reste, et son argent a rejoint le solde du client. POST /v1/payments/<id>/refunds avec « creditNote » : false renvoie ce qu’il en reste.',
    ])
    // as it says
    const again = await world.ask('POST', `/v1/payments/${payment.id}/refunds`, { creditNote: false })
    expect(again).toMatchObject({ object: 'refund', amountMinor })
  })
})

describe('I-9 what is not found is said with where to look', () => {
  it.each([
    ['subscription_not_found', 'GET', '/v1/subscriptions/x', '/v1/subscriptions'],
    ['invoice_not_found', 'GET', '/v1/invoices/x', '/v1/invoices'],
    ['payment_not_found', 'GET', '/v1/payments/x', '/v1/payments'],
    ['refund_not_found', 'GET', '/v1/refunds/x'],
    ['test_clock_not_found', 'GET', '/v1/test-clocks/x', '/v1/test-clocks'],
    ['payment_method_not_found', 'DELETE', '/v1/customers/told/payment-methods/x'],
    ['grant_not_found', 'DELETE', '/v1/customers/told/grants/x'],
    ['override_not_found', 'DELETE', '/v1/customers/told/overrides/tickets', '/v1/customers/<id>/overrides'],
    ['discount_not_found', 'DELETE', '/v1/customers/told/discounts/x'],
    ['invoice_item_not_found', 'DELETE', '/v1/customers/told/invoice-items/x'],
  ])('%s', async (code, method, path, list = path.replace('told', '<id>').replace(/\/x$/, '')) => {
    expect(await told(method, path)).toEqual([
      `404 ${code}`,
      expect.stringContaining(`. GET ${list} `),
      expect.stringContaining(`. GET ${list} `),
    ])
  })
})

describe('QE-19 why a payment was declined is said in words', () => {
  it('as it is attached, and as it is charged', async () => {
    await world.ask('PUT', '/v1/customers/refused', {})
    const methods = '/v1/customers/refused/payment-methods'
    const refused = { provider: 'simulator', instrument: 'card_refused' }
    expect(await told('POST', methods, refused)).toEqual([
      '402 payment_method_declined',
      'The provider did not accept it: the card was declined. Use another one.',
      'Le prestataire ne l’a pas accepté : la carte a été refusée. Utilisez-en un autre.',
    ])
    await world.ask('POST', methods, { provider: 'simulator', instrument: 'card_insufficient_funds' })
    expect(await told('POST', '/v1/top-ups', { customer: 'refused', addOn: 'pack' })).toEqual([
      '402 payment_declined',
      'The charge failed: the funds are insufficient. Nothing else has changed. Try another payment method.',
      'Le débit a échoué : les fonds sont insuffisants. Rien d’autre n’a changé. Essayez un autre moyen de paiement.',
    ])
    // a program reads the code
    const { data } = await world.ask('GET', '/v1/payment-attempts?customer=refused')
    expect(data[0].decline).toEqual({ kind: 'soft', reason: 'insufficient_funds' })
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

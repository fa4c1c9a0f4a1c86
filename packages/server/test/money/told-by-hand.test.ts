/** Whoever pays by transfer or cash learns where to pay and what to quote, wherever they look. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bodyOf, startPostbox, type Postbox } from '../deliveries/postbox.ts'
import { eventually } from '../support/eventually.ts'
import { catalog, openMoneyWorld, type MoneyWorld } from './support.ts'

const EMAIL = 'payer@people.example'
const address = { line1: '1 avenue Une', country: 'SN' }

const ACCOUNT = {
  en: 'Bank of Dakar, account 17\nor our desk, 9 to 5',
  fr: 'Banque de Dakar, compte 17\nou notre guichet, de 9 à 17 heures',
}

const telling = (paymentInstructions: object) => ({
  ...catalog,
  operator: { ...catalog.operator, paymentInstructions },
  addOns: { pack: { kind: 'one_off', prices: { XOF: 7_000 }, allowances: { tickets: 50 } } },
})

let postbox: Postbox
let world: MoneyWorld
beforeAll(async () => {
  postbox = await startPostbox()
  world = await openMoneyWorld({
    deliveries: { smtpUrl: postbox.url, publicUrl: 'https://billing.seller.example' },
  })
  await world.ask('PUT', '/v1/catalog', telling(ACCOUNT))
})
afterAll(async () => {
  await world?.close()
  await postbox?.close()
})

/** Pays by transfer alone. */
async function payer(id: string, locale: string) {
  const moveTo = await world.customerOn('2026-03-01T10:00:00Z', id, { locale, email: EMAIL, currency: 'XOF' })
  const body = { provider: 'manual', kind: 'bank_transfer' }
  const { method } = await world.ask('POST', `/v1/customers/${id}/payment-methods`, body)
  return { moveTo, method }
}

function invoiceOf(customer: string) {
  const lines = [{ description: 'Work', unitMinor: '15000' }]
  return world.ask('POST', '/v1/invoices', { customer, currency: 'XOF', collection: 'send', lines })
}

const letterWith = (text: string): Promise<string> =>
  eventually(`a letter with ${text}`, () => postbox.letters.map(bodyOf).find((body) => body.includes(text)))

it.each([
  ['fr', 'Virement', 'Banque de Dakar, compte 17', 'Référence à indiquer', '15\u202f000'],
  ['en', 'Bank transfer', 'Bank of Dakar, account 17', 'To be quoted', '15,000'],
])(
  'QE-19 an invoice that is paid by transfer says where and what to quote, to a reader of %s',
  async (locale, label, text, quote, amount) => {
    const id = `transfer-${locale}`
    const { method } = await payer(id, locale)
    expect(method.label).toBe(label)
    const invoice = await invoiceOf(id)
    const { attempt } = await world.ask('POST', `/v1/invoices/${invoice.id}/pay`, {})
    expect(attempt).toMatchObject({ status: 'pending', url: null })
    const { reference } = attempt.instructions
    expect(reference).toMatch(/^[0-9A-Z]{5}-[0-9A-Z]{5}$/)
    expect(attempt.instructions.text).toContain(text)

    const event = await eventually('the event', async () => {
      const { data } = await world.ask('GET', `/v1/events?customer=${id}&type=payment.pending`)
      return data[0]
    })
    expect(event.data).toMatchObject({
      attempt: attempt.id,
      instructions: attempt.instructions,
      number: invoice.number,
      dueAt: invoice.dueAt,
    })

    const link = await world.ask('POST', `/v1/invoices/${invoice.id}/link`, {})
    const shown = await world.server.request('GET', link.path, { key: '' })
    expect(shown.body).toMatchObject({
      paymentReference: reference,
      paymentInstructions: attempt.instructions.text,
    })
    const headers = { accept: 'text/html', 'accept-language': locale }
    const page = await (await fetch(`${world.server.url}${link.path}`, { headers })).text()
    for (const shownText of [text, quote, reference]) expect(page).toContain(shownText)

    const letter = await letterWith(reference)
    for (const told of [text, amount, invoice.number]) expect(letter).toContain(told)
  },
)

it('CM-11 an order says what to quote before it has a number, and its invoice the same afterwards', async () => {
  await payer('order', 'en')
  const order = await world.ask('POST', '/v1/top-ups', { customer: 'order', addOn: 'pack' })
  const { attempt, invoice } = order
  expect([order.status, invoice.number]).toEqual(['pending', null])
  expect(attempt.instructions.text).toContain('account 17')
  const letter = await letterWith(attempt.instructions.reference)
  expect(letter).toContain('7,000')
  const [path = ''] = /\/links\/[\w./-]+/.exec(letter) ?? []
  const awaited = await world.server.request('GET', path, { key: '' })
  expect(awaited.body).toMatchObject({
    status: 'draft',
    dueMinor: 7_000,
    paymentReference: attempt.instructions.reference,
  })
  const again = await world.ask('POST', '/v1/top-ups', { customer: 'order', addOn: 'pack' })
  expect(again.attempt.instructions.reference).not.toBe(attempt.instructions.reference)

  const paid = {
    customer: 'order',
    currency: 'XOF',
    amountMinor: 5_000,
    transaction: 'a-part',
    invoice: invoice.id,
  }
  await world.ask('POST', '/v1/payments', paid)
  const link = await world.ask('POST', `/v1/invoices/${invoice.id}/link`, {})
  const shown = await world.server.request('GET', link.path, { key: '' })
  expect(shown.body).toMatchObject({ dueMinor: 2_000, paymentReference: attempt.instructions.reference })
})

it('CM-1 a checkout session by transfer says what to quote', async () => {
  await payer('session', 'en')
  const session = await world.ask('POST', '/v1/checkout-sessions', {
    customer: 'session',
    topUps: ['pack'],
    provider: 'manual',
    kind: 'bank_transfer',
    successUrl: 'https://shop.example/done',
    cancelUrl: 'https://shop.example/cart',
  })
  expect(session).toMatchObject({
    status: 'open',
    url: null,
    attempt: { status: 'pending', instructions: { reference: expect.any(String) } },
  })
})

it('ST-9 where to pay is told as it is now, in each environment as its own catalog says', async () => {
  await payer('moved', 'en')
  const invoice = await invoiceOf('moved')
  const { secret: key } = await world.server.createKey({ mode: 'live' })
  const live = async (method: string, path: string, body: object) =>
    (await world.server.request(method, path, { key, body })).body
  const elsewhere = { fr: 'Banque de Thiès, compte 99' }
  await live('PUT', '/v1/catalog', telling(elsewhere))
  await live('PUT', '/v1/customers/living', { locale: 'en', currency: 'XOF', billing: { address } })
  const way = { provider: 'manual', kind: 'bank_transfer' }
  await live('POST', '/v1/customers/living/payment-methods', way)
  const { attempt } = await live('POST', '/v1/top-ups', { customer: 'living', addOn: 'pack' })
  // what is written in one language is read in that
  expect(attempt.instructions.text).toBe(elsewhere.fr)

  const link = await world.ask('POST', `/v1/invoices/${invoice.id}/link`, {})
  const shown = async () =>
    (await world.server.request('GET', link.path, { key: '' })).body.paymentInstructions
  expect(await shown()).toBe(ACCOUNT.en)
  await world.ask('PUT', '/v1/catalog', telling({ ...ACCOUNT, en: 'Bank of Dakar, account 18' }))
  expect(await shown()).toBe('Bank of Dakar, account 18')
  await world.ask('PUT', '/v1/catalog', telling(ACCOUNT))
})

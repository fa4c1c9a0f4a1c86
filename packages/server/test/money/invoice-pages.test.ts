/**
 * Paying an invoice from its page, with nothing but the link of a letter.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { tickets: { kind: 'meter' } },
  plans: {
    monthly: {
      prices: { EUR: { month: 1_500 } },
      allowances: { tickets: 10 },
      policies: { retries: { afterDays: [] }, dunning: { steps: [{ afterDays: 1, access: 'blocked' }] } },
    },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

/** As a browser does it: no key, forms, and redirects one by one. */
async function browse(method: 'GET' | 'POST', url: string, form?: Record<string, string>) {
  const address = new URL(url, world.server.url)
  const response = await fetch(address, {
    method,
    headers: { accept: 'text/html', 'accept-language': 'fr' },
    redirect: 'manual',
    ...(method === 'POST' ? { body: new URLSearchParams(form) } : {}),
  })
  return { status: response.status, to: response.headers.get('location') ?? '', text: await response.text() }
}
const formsOf = (text: string) =>
  [...text.matchAll(/<form method="post" action="([^"]+)"/g)].map(([, action = '']) =>
    action.replaceAll('&amp;', '&'),
  )
const read = (id: string): Promise<Json> => world.ask('GET', `/v1/invoices/${id}`)

/** @returns the page of the customer's latest invoice */
async function pageOf(customer: string): Promise<{ id: string; path: string }> {
  const [invoice] = (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data as Json[]
  const { path } = await world.ask('POST', `/v1/invoices/${invoice.id}/link`, {})
  return { id: invoice.id, path }
}
async function paidWith(path: string, kind: string, instrument: string): Promise<string> {
  const form = formsOf((await browse('GET', path)).text).find((each) => each.endsWith(`kind=${kind}`))
  const asked = await browse('POST', form as string)
  expect(asked.status).toBe(303)
  const entered = await browse('POST', asked.to, { action: 'attach', instrument })
  const back = await browse('GET', entered.to)
  expect(back).toMatchObject({ status: 303, to: path })
  return entered.to
}

describe('the page of an invoice', () => {
  it('QE-5 takes another card after one was declined, and paying opens the door again', async () => {
    const moveTo = await world.customer('declined', 'card_insufficient_funds', '2026-03-01T09:00:00Z')
    await world.ask('POST', '/v1/subscriptions', { customer: 'declined', plan: 'monthly' })
    await moveTo('2026-03-03T00:00:00Z')
    const access = () => world.ask('GET', '/v1/customers/declined/access')
    expect(await access()).toMatchObject({ level: 'blocked' })
    const { id, path } = await pageOf('declined')
    expect((await browse('GET', path)).text).toContain('Le dernier paiement n’a pas abouti.')

    const returned = await paidWith(path, 'card', 'card_ok')
    expect(await read(id)).toMatchObject({ status: 'paid', amountPaidMinor: 1_500 })
    expect(await access()).toMatchObject({ level: 'full' })
    const paid = await browse('GET', path)
    expect(paid.text).toContain('Rien n’est à payer.')
    expect(formsOf(paid.text)).toEqual([])
    // back again, and told by the provider as well: one payment
    await browse('GET', returned)
    expect(await world.payments('declined')).toBe(1)
    expect((await browse('POST', `${path}/pay?provider=simulator&kind=card`)).status).toBe(409)
  })

  it('QE-5 pays what is sent rather than charged, by a phone that is asked', async () => {
    await world.customer('asked')
    const lines = [{ description: 'Work', unitMinor: 4_000 }]
    const order = { customer: 'asked', currency: 'EUR', lines, collection: 'send' }
    await world.ask('POST', '/v1/invoices', order)
    const { id, path } = await pageOf('asked')
    await paidWith(path, 'phone', '+221771234567')
    const asked = await browse('GET', path)
    expect(asked.text).toContain('Un paiement est en cours.')
    expect(formsOf(asked.text)).toEqual([])
    const other = await world.server.request('POST', `${path}/pay?provider=simulator&kind=card`, { key: '' })
    expect(other.body).toMatchObject({ status: 409, code: 'payment_in_flight' })
    const [, prompt = ''] = /<a href="([^"]+)">Payer ou confirmer/.exec(asked.text) ?? []
    await browse('POST', prompt, { action: 'pay' })
    await eventually('it is paid', async () => ((await read(id)).status === 'paid' ? true : undefined))
  })

  it('a card that is declined there charges nothing twice, however often its payer comes back', async () => {
    const lines = [{ description: 'Work', unitMinor: 700 }]
    await world.customer('poor')
    await world.ask('POST', '/v1/invoices', { customer: 'poor', currency: 'EUR', lines, collection: 'send' })
    const { id, path } = await pageOf('poor')
    const returned = await paidWith(path, 'card', 'card_insufficient_funds')
    await browse('GET', returned)
    expect((await world.charges()).filter(({ customer }) => customer === 'poor')).toHaveLength(1)
    expect(await read(id)).toMatchObject({ status: 'open', amountDueMinor: 700 })
    await paidWith(path, 'card', 'card_ok')
    expect((await read(id)).status).toBe('paid')
  })

  it('a program is told the ways, and where each begins; of another invoice it learns and changes nothing', async () => {
    const lines = [{ description: 'Work', unitMinor: 900 }]
    await world.customer('program')
    await world.ask('POST', '/v1/invoices', {
      customer: 'program',
      currency: 'EUR',
      lines,
      collection: 'send',
    })
    const { id, path } = await pageOf('program')
    const ask = (method: string, at: string) => world.server.request(method, at, { key: '' })
    expect((await ask('GET', path)).body.waysToPay).toEqual([
      { provider: 'simulator', kind: 'card' },
      { provider: 'simulator', kind: 'phone' },
    ])
    const begun = await ask('POST', `${path}/pay?provider=simulator&kind=card`)
    expect(begun.body).toMatchObject({ object: 'invoice_payment', invoice: id })
    const entered = await browse('POST', begun.body.url, { action: 'attach', instrument: 'card_ok' })
    const setup = new URL(entered.to).searchParams.get('setup')

    await world.ask('POST', '/v1/invoices', {
      customer: 'program',
      currency: 'EUR',
      lines,
      collection: 'send',
    })
    const other = await pageOf('program')
    expect((await browse('GET', `${other.path}/paid?setup=${setup}`)).status).toBe(303)
    await browse('GET', entered.to)
    expect((await read(id)).status).toBe('paid')
    expect((await read(other.id)).status).toBe('open')
    for (const wrong of ['provider=simulator&kind=cash', 'provider=nobody&kind=card', '']) {
      expect((await ask('POST', `${other.path}/pay?${wrong}`)).status, wrong).toBe(422)
    }
    expect((await ask('POST', `${other.path}x/pay?provider=simulator&kind=card`)).status).toBe(404)
  })

  it('QE-19 speaks the language that is asked for, where it is one of ours, otherwise that of the customer', async () => {
    const lines = [{ description: 'Work', unitMinor: 900 }]
    for (const [customer, locale] of Object.entries({ awa: 'fr-SN', john: 'en' })) {
      await world.ask('PUT', `/v1/customers/${customer}`, { locale })
      await world.ask('POST', '/v1/invoices', { customer, currency: 'EUR', lines, collection: 'send' })
    }
    const awa = (await pageOf('awa')).path
    const john = (await pageOf('john')).path
    const shown = async (path: string, asked?: string) => {
      const headers = { accept: 'text/html', ...(asked !== undefined && { 'accept-language': asked }) }
      const response = await fetch(new URL(path, world.server.url), { headers })
      const [, language] = /<html lang="(..)">/.exec(await response.text()) ?? []
      expect(response.headers.get('content-language')).toBe(language)
      return language
    }
    for (const nothing of [undefined, '', '*', 'de', 'de, *;q=0.5']) {
      expect(await shown(awa, nothing), nothing).toBe('fr')
      expect(await shown(john, nothing), nothing).toBe('en')
    }
    expect(await shown(awa, 'en-GB, fr;q=0.5')).toBe('en')
    expect(await shown(john, 'de, fr;q=0.5')).toBe('fr')
    expect(await shown(`${awa}?language=en`, 'fr')).toBe('en')
    expect((await world.server.request('GET', awa, { key: '' })).body.language).toBe('fr')
  })

  it('CM-2 asks for nothing that an order can no longer give', async () => {
    const moveTo = await world.customer('late', undefined, '2026-03-01T09:00:00Z')
    await world.ask('POST', '/v1/checkout-sessions', {
      customer: 'late',
      plan: 'monthly',
      provider: 'manual',
      kind: 'bank_transfer',
      successUrl: 'https://shop.example/thanks',
      cancelUrl: 'https://shop.example/cart',
    })
    const [{ id }] = (await world.ask('GET', '/v1/customers/late/invoices')).data
    const part = { customer: 'late', currency: 'EUR', amountMinor: 500, invoice: id, transaction: 'a-part' }
    await world.ask('POST', '/v1/payments', part)
    const { path } = await pageOf('late')
    const form = formsOf((await browse('GET', path)).text).find((each) => each.endsWith('kind=card'))
    const asked = await browse('POST', form as string)
    await moveTo('2026-04-20T09:00:00Z')
    expect(formsOf((await browse('GET', path)).text)).toEqual([])
    expect((await browse('POST', form as string)).status).toBe(409)
    // nor is what was entered meanwhile charged
    const entered = await browse('POST', asked.to, { action: 'attach', instrument: 'card_ok' })
    await browse('GET', entered.to)
    expect(await world.charges()).not.toContainEqual(expect.objectContaining({ customer: 'late' }))
    expect(await read(id)).toMatchObject({ status: 'open', amountDueMinor: 1_000 })
  })

  it('QE-19 what is wrong with a link is a page for who reads, and a problem for a program', async () => {
    const path = '/links/invoices/no-link'
    const page = await fetch(world.server.url + path, {
      headers: { accept: 'text/html', 'accept-language': 'fr' },
    })
    expect(page.status).toBe(404)
    expect(page.headers.get('content-type')).toContain('text/html')
    const text = await page.text()
    expect(text).toContain('<html lang="fr">')
    const problem = await fetch(world.server.url + path, { headers: { 'accept-language': 'fr' } })
    const { title, status } = (await problem.json()) as { title: string; status: number }
    expect(status).toBe(404)
    expect(text).toContain(title)
  })

  it('ST-13 who was deleted pays by hand: no way to pay is kept of them', async () => {
    const lines = [{ description: 'Work', unitMinor: 900 }]
    await world.customer('gone')
    await world.ask('POST', '/v1/invoices', { customer: 'gone', currency: 'EUR', lines, collection: 'send' })
    const { path } = await pageOf('gone')
    await world.ask('DELETE', '/v1/customers/gone')
    expect(formsOf((await browse('GET', path)).text)).toEqual([])
    expect((await browse('POST', `${path}/pay?provider=simulator&kind=card`)).status).toBeGreaterThan(400)
  })
})

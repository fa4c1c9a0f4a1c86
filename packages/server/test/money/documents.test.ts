import { createClient } from '@tollkeeper/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { languages } from '../../src/language/index.ts'
import { gapMessages } from '../../src/operations/invoices/document.ts'
import { fixedClock } from '../../src/clock.ts'
import { DAY_MS } from '../../src/domain/time/index.ts'
import { openLink } from '../../src/operations/invoices/link.ts'
import { catalog, lyon, openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
})
afterAll(() => world?.close())

const buyer = { name: 'Client SARL', address: lyon, vatId: 'fr 40 303 265 045' }

async function written(customer: string, fields: object = {}) {
  await world.customerOn('2026-03-01T10:00:00Z', customer, { billing: buyer, ...fields })
  const lines = [{ description: 'Setting up', unitMinor: 10_000 }]
  return world.ask('POST', '/v1/invoices', { customer, currency: 'EUR', lines, collection: 'send' })
}

const page = (path: string) => world.server.request('GET', path, { key: '' })

describe('the billing profile', () => {
  it('keeps a VAT id in its plain form, and what is left out', async () => {
    const path = '/v1/customers/profile'
    await world.ask('PUT', path, { name: 'Ann', email: 'ann@example.com', billing: buyer })
    const { billing } = await world.ask('PUT', path, {
      billing: { taxExempt: true, exemptionReason: 'Art. 1' },
    })
    expect(billing).toEqual({
      name: 'Client SARL',
      email: 'ann@example.com',
      address: { ...lyon, line2: '', region: '' },
      vatId: 'FR40303265045',
      taxExempt: true,
      exemptionReason: 'Art. 1',
    })
    expect(await world.refused('PUT', path, { billing: { vatId: 'FR40303265046' } })).toBe(
      '422 vat_id_invalid',
    )
    expect(await world.ask('GET', path)).toMatchObject({ billing })
  })

  it('goes with the customer', async () => {
    await world.ask('PUT', '/v1/customers/erased', { billing: buyer })
    await world.ask('DELETE', '/v1/customers/erased')
    const { rows } = await world.database.db.query({
      text: "select billing from customer where key = 'erased'",
    })
    expect(rows).toEqual([{ billing: {} }])
  })
})

describe('a document', () => {
  it('ST-9 is a PDF under its number, also for the client', async () => {
    const { id } = await written('pdf')
    const client = createClient({ url: world.server.url, key: world.server.secretKey })
    const bytes = Buffer.from(await client.invoices.pdf(id))
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    const answer = await world.server.request('GET', `/v1/invoices/${id}/pdf`)
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    expect(answer.headers.get('content-disposition')).toBe('inline; filename="INV-2026-000001.pdf"')
    expect(await world.refused('GET', '/v1/invoices/inv_test_nobody/pdf')).toBe('404 invoice_not_found')
  })

  it('keeps the parties of its issue, whatever they are called later', async () => {
    const invoice = await written('moved')
    await world.ask('PUT', '/v1/customers/moved', { billing: { name: 'Another Name', address: null } })
    const renamed = { ...catalog, operator: { ...catalog.operator, name: 'Sold SA' } }
    await world.ask('PUT', '/v1/catalog', renamed)
    const { text } = await world.server.request('GET', `/v1/invoices/${invoice.id}/xml`)
    expect(text).toContain('<ram:Name>Client SARL</ram:Name>')
    expect(text).toContain('<ram:Name>Seller SA</ram:Name>')
    const note = await world.ask('POST', `/v1/invoices/${invoice.id}/credit-notes`, {})
    const credit = await world.server.request('GET', `/v1/invoices/${note.id}/xml`)
    expect(credit.text).toContain('<ram:Name>Client SARL</ram:Name>')
    expect(credit.text).toContain(invoice.number)
    await world.ask('PUT', '/v1/catalog', catalog)
  })

  it('says what keeps it from being an electronic invoice', async () => {
    const { id } = await written('nobody', { billing: { address: null } })
    const answer = await world.server.request('GET', `/v1/invoices/${id}/xml`)
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ code: 'document_incomplete' })
    expect(answer.body.detail).toContain('customer_name, customer_address')
    expect(answer.body.errors).toEqual([
      { param: 'customer_name', message: 'Give the customer a name, for the next document on.' },
      {
        param: 'customer_address',
        message: 'Give the customer’s billing profile an address with a country, for the next document on.',
      },
    ])
  })

  it('QE-19 what keeps it from being one is told in French', () => {
    const told = Object.values(gapMessages)
    expect(told.filter((message) => languages.fr.phrases[message] === undefined)).toEqual([])
  })

  it('QE-19 speaks the language of the customer, or the one that is asked for', async () => {
    const { id } = await written('francophone', { locale: 'fr-SN' })
    const { body: link } = await world.server.request('POST', `/v1/invoices/${id}/link`, { body: {} })
    expect((await page(link.path)).body).toMatchObject({ language: 'fr' })
    expect((await page(`${link.path}?language=en`)).body).toMatchObject({ language: 'en' })
    const french = await world.server.request('GET', `/v1/invoices/${id}/pdf`)
    const english = await world.server.request('GET', `/v1/invoices/${id}/pdf?language=en`)
    expect(french.text).not.toEqual(english.text)
  })

  it('QE-19 a language that we do not have is that of the customer', async () => {
    const { id } = await written('asked-in-german', { locale: 'fr' })
    const { body: link } = await world.server.request('POST', `/v1/invoices/${id}/link`, { body: {} })
    expect((await page(`${link.path}?language=de`)).body).toMatchObject({ language: 'fr' })
  })
})

describe('a link to a document', () => {
  it('shows it without a key, and its PDF', async () => {
    const { id, number } = await written('linked')
    const link = await world.ask('POST', `/v1/invoices/${id}/link`, { validDays: 2 })
    const shown = await page(link.path)
    expect(shown.body).toMatchObject({
      object: 'invoice_page',
      id,
      status: 'open',
      documentNumber: number,
      seller: { name: 'Seller SA' },
      buyer: { name: 'Client SARL' },
      totalMinor: 12_000,
      dueMinor: 12_000,
    })
    const read = await fetch(`${world.server.url}${link.path}`, {
      headers: { accept: 'text/html', 'accept-language': 'fr' },
    })
    expect(read.headers.get('referrer-policy')).toBe('no-referrer')
    const text = (await read.text()).replaceAll(/\s/g, ' ')
    for (const shownText of [`Facture ${number}`, 'Seller SA', 'Reste à payer', '120,00 €', link.pdfPath])
      expect(text).toContain(shownText)
    expect((await page(link.pdfPath)).headers.get('content-type')).toBe('application/pdf')
  })

  it('is good for nothing else: not changed, not of a draft, not later', async () => {
    const { id } = await written('ended')
    const link = await world.ask('POST', `/v1/invoices/${id}/link`, {})
    const path = '/links/invoices/'
    const [token = '', signature = ''] = link.path.slice(path.length).split('.')
    const claims = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    const later = Buffer.from(JSON.stringify([claims[0], claims[1], claims[2] + 1])).toString('base64url')
    for (const wrong of [
      `${path}${later}.${signature}`,
      `${path}${token}.`,
      `${path}x`,
      `${path}${token}.x`,
    ]) {
      expect((await page(wrong)).body, wrong).toMatchObject({ status: 404, code: 'link_invalid' })
      expect((await page(`${wrong}/pdf`)).status).toBe(404)
    }
    const { context } = world.server.engine
    const clock = fixedClock(context.clock.now() + 31 * DAY_MS)
    await expect(openLink({ ...context, clock }, `${token}.${signature}`, 'en')).rejects.toThrow(
      'link_invalid',
    )
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { brokenRules } from '../documents/en16931-rules.ts'
import { readPdf } from '../documents/pdf-reader.ts'
import { schemaErrors } from '../documents/schema.ts'
import { eventually } from '../support/eventually.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { filesOf, startPostbox } from './postbox.ts'
import type { GotLetter, Postbox } from './postbox.ts'

let database: TestDatabase
let postbox: Postbox
let server: TestServer

const catalog = {
  operator: {
    name: 'Guichet & Fils',
    email: 'factures@guichet.example',
    address: { line1: '12 rue de l’Église', postalCode: '75011', city: 'Paris', country: 'FR' },
    taxIds: [
      { type: 'vat', value: 'FR40303265045' },
      { type: 'siren', value: '303265045' },
    ],
    timeZone: 'Europe/Paris',
    language: 'fr',
  },
  features: { tickets: { kind: 'meter' } },
  taxes: {
    tva: { name: 'TVA', country: 'FR', percent: 20 },
    reduced: { name: 'TVA', country: 'FR', percent: 5.5, category: 'books' },
  },
  plans: { essential: { prices: { EUR: { month: 0 } }, allowances: { tickets: 5 } } },
}
const address = { line1: '3 quai Trois', postalCode: '69002', city: 'Lyon', country: 'FR' }

async function ask(method: string, path: string, body?: unknown) {
  const answer = await server.request(method, path, { body })
  expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300)
  return answer.body
}

beforeAll(async () => {
  database = await createTestDatabase({ max: 20 })
  postbox = await startPostbox()
  server = await startTestServer({ db: database.db, deliveries: { smtpUrl: postbox.url } })
  await ask('PUT', '/v1/catalog', catalog)
})
afterAll(async () => {
  await server?.stop()
  await postbox?.close()
  await database?.close()
})

async function written(customer: string, locale: string) {
  const buyer = { name: `Client ${customer}`, vatId: 'FR40303265045', address }
  const billing = { ...buyer, email: `${customer}@people.example` }
  await ask('PUT', `/v1/customers/${customer}`, { locale, billing })
  return ask('POST', '/v1/invoices', {
    customer,
    currency: 'EUR',
    collection: 'send',
    lines: [
      { description: 'Mise en service', quantity: '3', unitMinor: 41_155 },
      { description: 'Manuel imprimé', unitMinor: 1_999, taxCategory: 'books' },
      { description: 'Remise commerciale', unitMinor: -500 },
    ],
  })
}

const letterTo = (customer: string, subject: RegExp): Promise<GotLetter> =>
  eventually(`${subject.source} to ${customer}`, () =>
    postbox.letters.find(
      (each) => each.to.includes(`${customer}@people.example`) && subject.test(each.header('Subject')),
    ),
  )
/** As it is read aloud: every blank is one. */
const plain = (text: string) => text.replace(/\s+/g, ' ')

describe('the letter of an invoice', () => {
  it('QE-19 carries it in French: lines that sum to the total, both tax ids, PDF/A with a valid electronic part', async () => {
    const invoice = await written('francophone', 'fr-FR')
    const letter = await letterTo('francophone', /^Facture/)
    const [file, ...others] = filesOf(letter)
    expect(others).toEqual([])
    expect(file).toMatchObject({ filename: `${invoice.number}.pdf`, contentType: 'application/pdf' })
    const bytes = file?.content ?? Buffer.alloc(0)
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')

    const { texts, metadata, attachments } = await readPdf(bytes)
    const words = plain(texts.map(({ text }) => text).join(' '))
    for (const shown of ['Facture', 'Reste à payer', 'Guichet & Fils', 'Client francophone', '69002 Lyon'])
      expect(words).toContain(shown)
    expect(words).toMatch(/FR ?40 ?303 ?265 ?045.*FR ?40 ?303 ?265 ?045/)
    expect(words).toContain('TVA 20 % sur 1 229,65 €')
    expect(words).toContain('TVA 5,5 % sur 19,99 €')
    // the last column, above the totals
    const amounts = texts
      .filter(({ text, left }) => left > 400 && /^-?[\d\s]+,\d\d$/.test(text))
      .map(({ text }) => Math.round(Number(text.replace(/\s/g, '').replace(',', '.')) * 100))
    expect(amounts).toEqual([123_465, 1_999, -500])
    expect(amounts.reduce((sum, amount) => sum + amount)).toBe(invoice.totalMinor - invoice.taxMinor)
    expect(invoice.taxMinor).toBe(24_593 + 110)
    expect(words).toContain('1 496,67 €')

    expect(metadata).toMatch(/<pdfaid:part>3<\/pdfaid:part>\s*<pdfaid:conformance>B/)
    const xml = Buffer.from(Object.values(attachments)[0]?.content ?? []).toString('utf8')
    expect(schemaErrors(xml)).toEqual([])
    expect(brokenRules(xml)).toEqual([])
    expect(xml).toContain(`<ram:GrandTotalAmount>1496.67</ram:GrandTotalAmount>`)
  })

  it('QE-19 carries it in English, and so does that of a credit note', async () => {
    const invoice = await written('english', 'en')
    const [file] = filesOf(await letterTo('english', /^Invoice/))
    const { texts } = await readPdf(file?.content ?? Buffer.alloc(0))
    expect(plain(texts.map(({ text }) => text).join(' '))).toContain('Amount due €1,496.67')
    const note = await ask('POST', `/v1/invoices/${invoice.id}/credit-notes`, {})
    const [credit] = filesOf(await letterTo('english', /[Cc]redit note/))
    expect(credit).toMatchObject({ filename: `${note.number}.pdf`, contentType: 'application/pdf' })
  })

  it('comes without it where the mail server takes no letter of that size', async () => {
    postbox.limit(20_000)
    await written('small', 'fr')
    expect(filesOf(await letterTo('small', /^Facture/))).toEqual([])
    postbox.limit(Number.POSITIVE_INFINITY)
    const delivery = await eventually('it is delivered', async () => {
      const path = '/v1/deliveries?target=small%40people.example&status=delivered'
      return (await ask('GET', path)).data[0]
    })
    expect(delivery).toMatchObject({ attempts: 1, lastError: null })
  })

  it('comes without it where the operator wants it so', async () => {
    const operator = { ...catalog.operator, attachDocuments: false }
    await ask('PUT', '/v1/catalog', { ...catalog, operator })
    await written('bare', 'fr')
    expect(filesOf(await letterTo('bare', /^Facture/))).toEqual([])
    await ask('PUT', '/v1/catalog', catalog)
  })
})

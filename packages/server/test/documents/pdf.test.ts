import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { formatAmount } from '../../src/language/amounts.ts'
import { documentData, eInvoice, renderPdf } from '../../src/providers/documents/index.ts'
import type { DocumentSource } from '../../src/providers/documents/index.ts'
import { arbitraryDocument } from './arbitrary-document.ts'
import { readPdf } from './pdf-reader.ts'
import type { ReadPdf } from './pdf-reader.ts'
import { printedAmounts } from './printed-amounts.ts'
import { billing, invoice, line, operator, pixel, source } from './sample.ts'
import { parseTree } from './xml-tree.ts'
import { runs } from '../proof/support/random.ts'

const render = async (given: DocumentSource) => readPdf(await renderPdf(documentData(given)))
const wordsOf = ({ texts }: ReadPdf) =>
  texts
    .map(({ text }) => text)
    .join(' ')
    .replace(/\s+/g, ' ')

const amountsOf = (read: ReadPdf, { language, invoice: { currency } }: DocumentSource) =>
  printedAmounts(read, { language, currency })

describe('the PDF of any document', () => {
  it('ST-9 prints lines that sum to its total without tax', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDocument, async (given) => {
        const amounts = amountsOf(await render(given), given)
        const { totalMinor, taxMinor } = given.invoice
        expect(amounts.length).toBe(given.lines.length)
        expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(totalMinor - taxMinor)
      }),
      { numRuns: runs(25), endOnFailure: true },
    )
  })
})

describe('the PDF', () => {
  it('ST-9 has the head of the columns and the number on each of the pages of 200 lines', async () => {
    const lines = Array.from({ length: 200 }, (_, index) =>
      line({ description: `Poste ${String(index)}, sur une ligne qui est trop longue pour la colonne` }),
    )
    const read = await render(source({ lines }))
    expect(read.pages).toBeGreaterThan(5)
    for (let page = 1; page <= read.pages; page += 1) {
      const text = read.texts.filter((each) => each.page === page).map((each) => each.text)
      expect(text.join(' ')).toContain(`Page ${String(page)} sur ${String(read.pages)}`)
      expect(text).toContain('INV-2026-000001')
      const hasLines = text.some((each) => each.startsWith('Poste '))
      expect(text.includes('Désignation')).toBe(hasLines)
    }
    expect(amountsOf(read, source({ lines }))).toHaveLength(200)
    // nothing runs into the foot or over the edge
    for (const { y, right } of read.texts) {
      expect(y).toBeGreaterThan(20)
      expect(right).toBeLessThan(548)
    }
  })

  it('QE-19 names the coupons that it was lowered by', async () => {
    const said = async (language: 'en' | 'fr', ...names: string[]) => {
      const coupons = names.map((name) => ({ id: name.toUpperCase(), name }))
      return wordsOf(await render(source({ language, invoice: invoice({ discountMinor: 500, coupons }) })))
    }
    expect(await said('en', 'Welcome', 'Partner')).toContain('Discounted with Welcome, Partner.')
    expect(await said('fr', 'Bienvenue')).toContain('Remise accordée au titre de Bienvenue.')
    expect(await said('fr', 'Bienvenue', 'Partenaire')).toMatch(
      /Remises accordées .* Bienvenue.*Partenaire\./,
    )
    expect(await said('en')).not.toContain('Discounted')
  })

  it('ST-9 speaks French and English', async () => {
    const french = wordsOf(await render(source({ invoice: invoice({ amountPaidMinor: 2_000 }) })))
    expect(french).toContain('Facture')
    expect(french).toContain('Reste à payer')
    expect(french).toContain('TVA 20 % sur 100,00 €')
    expect(french).toContain('31 mars 2026')
    const english = wordsOf(await render(source({ language: 'en' })))
    expect(english).toContain('Invoice')
    expect(english).toContain('Amount due €120.00')
    expect(english).toContain('Germany')
  })

  it('ST-9 says of what is missing to a minimum that it is', async () => {
    const lines = [line({ kind: 'minimum', unitMinor: null })]
    expect(wordsOf(await render(source({ lines })))).toContain(
      'Offre Essentielle – complément jusqu’au minimum convenu',
    )
    const english = source({ language: 'en', lines })
    expect(wordsOf(await render(english))).toContain('Offre Essentielle – up to the agreed minimum')
    expect(eInvoice(documentData(english))).toMatchObject({
      xml: expect.stringContaining('Offre Essentielle – up to the agreed minimum'),
    })
  })

  it('ST-8 says of what a change gives back that it is', async () => {
    const lines = [line({ kind: 'credit', unitMinor: null, amountMinor: -4_000, netMinor: -4_000 })]
    expect(wordsOf(await render(source({ lines })))).toContain('Offre Essentielle – crédit')
    expect(wordsOf(await render(source({ language: 'en', lines })))).toContain('Offre Essentielle – credited')
  })

  test.each([
    ['XOF', '12\u202f000\u00a0F\u202fCFA', '10\u202f000'],
    ['EUR', '120,00\u00a0€', '100,00'],
    ['KWD', '12,000\u00a0KWD', '10,000'],
  ])('writes amounts with the decimals of %s', async (currency, total, net) => {
    const { texts } = await render(source({ invoice: invoice({ currency }) }))
    expect(formatAmount('fr', 10_000, currency)).toBe(net)
    const printed = texts.map(({ text }) => text.replace(/\s/g, ' '))
    expect(printed).toContain(total.replace(/\s/g, ' '))
    expect(printed).toContain(net.replace(/\s/g, ' '))
  })

  it('is the same file for the same invoice', async () => {
    const given = documentData(source({ logo: pixel }))
    const [first, second] = [await renderPdf(given), await renderPdf(given)]
    expect(first.equals(second)).toBe(true)
    const [one, other] = await Promise.all([renderPdf(given), renderPdf({ ...given, note: 'other' })])
    expect(one.equals(first)).toBe(true)
    expect(other.equals(first)).toBe(false)
  })

  it('holds the electronic invoice, and says so as Factur-X wants it', async () => {
    const given = source()
    const file = await renderPdf(documentData(given))
    const { attachments, metadata } = await readPdf(file)
    const made = eInvoice(documentData(given))
    const embedded = Object.values(attachments)[0]
    expect(embedded?.filename).toBe('factur-x.xml')
    expect(Buffer.from(embedded?.content ?? []).toString('utf8')).toBe('xml' in made ? made.xml : '')
    expect(metadata).toContain('<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>')
    expect(metadata).toContain('<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>')
    expect(metadata).toMatch(/<pdfaid:part>3<\/pdfaid:part>\s*<pdfaid:conformance>B/)
    const raw = file.toString('latin1')
    expect(raw.startsWith('%PDF-1.7')).toBe(true)
    expect(raw).toContain('/AFRelationship /Alternative')
    expect(raw).toContain('/S /GTS_PDFA1')
    // every font is in the file
    expect(raw).not.toContain('/Type1')
    expect(raw.match(/\/FontFile2/g)).toHaveLength(2)
  })

  it('keeps its metadata readable whatever the number and the names are', async () => {
    const { metadata } = await render(
      source({
        invoice: invoice({ documentNumber: 'A<&>"\u0001B' }),
        operator: { ...operator, name: '<&>]]>' },
      }),
    )
    expect(
      parseTree(metadata.slice(metadata.indexOf('<x:xmpmeta'), metadata.indexOf('<?xpacket end'))).name,
    ).toBe('xmpmeta')
  })

  it('is made of a draft and of what cannot be exchanged too, without the electronic part', async () => {
    const draft = await render(source({ invoice: invoice({ documentNumber: null, issuedAt: null }) }))
    expect(wordsOf(draft)).toContain('Brouillon')
    expect(draft.attachments).toEqual({})
    expect(draft.metadata).not.toContain('fx:')
    const cancelled = await render(source({ invoice: invoice({ status: 'void' }) }))
    expect(wordsOf(cancelled)).toContain('Annulée')
    expect(wordsOf(cancelled)).not.toContain('Reste à payer')
  })

  it('leaves out a logo that is none, and shows a mark for what the font has not', async () => {
    const broken = `data:image/png;base64,${Buffer.from('no picture').toString('base64')}`
    const given = source({
      logo: broken,
      lines: [line({ description: 'Offre 東京' })],
    })
    const text = wordsOf(await render(given))
    expect(text).toContain('Guichet & Fils')
    expect(text).toContain('Offre \uFFFD\uFFFD')
  })

  it('keeps the names and addresses that it was issued with', async () => {
    const buyer = { ...billing, name: 'Ancien nom' }
    const issued = invoice({ parties: { seller: operator, buyer, timeZone: 'Europe/Paris' } })
    const text = wordsOf(await render(source({ invoice: issued })))
    expect(text).toContain('Ancien nom')
    expect(text).not.toContain(billing.name)
  })

  it('ST-9 tells what became of a credit note', async () => {
    const credit = invoice({ kind: 'credit_note', creditedMinor: 5_000, refundedMinor: 4_000 })
    const text = wordsOf(await render(source({ invoice: credit, language: 'en' })))
    expect(text).toContain('Credit note')
    expect(text).toContain('Credited to the invoice €50.00 Paid back €40.00 Credited to your balance €30.00')
    expect(text).not.toContain('Amount due')
  })
})

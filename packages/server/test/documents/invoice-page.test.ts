import fc from 'fast-check'
import { expect, it } from 'vitest'
import { invoicePage } from '../../src/api/pages/invoice-page.ts'
import { exponentOf } from '../../src/domain/money/index.ts'
import { formatMoney } from '../../src/language/money.ts'
import { documentData, type DocumentData, type DocumentSource } from '../../src/providers/documents/index.ts'
import { runs } from '../proof/support/random.ts'
import { arbitraryDocument } from './arbitrary-document.ts'
import { invoice, line, source } from './sample.ts'

const nothingElse = {
  status: 'open' as const,
  livemode: false,
  payment: null,
  waysToPay: [],
  isUnderWay: false,
  hasFailed: false,
}

/** The rows of amounts, as they stand there, and the words below. */
function shown(given: DocumentSource): { data: DocumentData; amounts: string[]; page: string } {
  const data = documentData(given)
  const page = invoicePage(data.language, '/links/invoices/x', { ...nothingElse, data })
  const rows = [...page.matchAll(/<dd>([^<]*)<\/dd>/g)].map(([, text]) => text ?? '')
  const facts = 2 + (data.issuedOn === null ? 0 : 1) + (data.dueOn === null ? 0 : 1)
  return { data, amounts: rows.slice(facts), page }
}

it('ST-9 the page of any document shows figures that add up', async () => {
  await fc.assert(
    fc.property(arbitraryDocument, (given) => {
      const { data, amounts } = shown(given)
      const money = (minor: number) =>
        formatMoney(data.language, minor, data.currency, exponentOf(data.currency))
      const nets = data.lines.map(({ netMinor }) => netMinor)
      expect(nets.reduce((sum, minor) => sum + minor, data.taxMinor)).toBe(data.totalMinor)
      expect(amounts.slice(0, nets.length + 2)).toEqual([...nets, data.taxMinor, data.totalMinor].map(money))
      const left =
        data.kind === 'credit_note'
          ? [
              data.creditedMinor,
              data.paidBackMinor,
              data.totalMinor - data.creditedMinor - data.paidBackMinor,
            ]
          : [-data.creditAppliedMinor, -data.creditedMinor, -data.paidMinor, data.dueMinor]
      expect(amounts.slice(nets.length + 2)).toEqual(left.filter((minor) => minor !== 0).map(money))
    }),
    { numRuns: runs(60), endOnFailure: true },
  )
})

it('ST-9 the page tells what a discount, a balance and a credit note took off', () => {
  const lowered = invoice({
    subtotalMinor: 2_000,
    discountMinor: 500,
    taxMinor: 300,
    totalMinor: 1_800,
    creditAppliedMinor: 400,
    creditedMinor: 300,
    amountPaidMinor: 100,
    coupons: [{ id: 'WELCOME', name: 'Welcome' }],
  })
  const lines = [line({ amountMinor: 2_400, taxInclusive: true, discountMinor: 600, netMinor: 1_500 })]
  const { amounts, page } = shown(source({ language: 'en', invoice: lowered, lines }))
  expect(amounts).toEqual(['€15.00', '€3.00', '€18.00', '-€4.00', '-€3.00', '-€1.00', '€10.00'])
  expect(page).toContain('Discounted with Welcome.')
})

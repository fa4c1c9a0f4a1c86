/** Any invoice or credit note whose figures fit, as `domain/invoices` would compose it. */
import { Big } from 'big.js'
import fc from 'fast-check'
import { exponentOf, roundMinor } from '../../src/domain/money/index.ts'
import type { InvoiceLine, LineTax, TaxGroup } from '../../src/domain/invoices/model.ts'
import type { DocumentSource } from '../../src/providers/documents/document.ts'
import { billing, invoice, line, operator, source } from './sample.ts'

type Rate = Omit<LineTax, 'taxMinor'>

const rates: Record<string, readonly Rate[]> = {
  taxed: [
    { rate: 'standard', name: 'TVA', percent: '20', category: 'S' },
    { rate: 'other-standard', name: 'TVA', percent: '20.0', category: 'S' },
    { rate: 'reduced', name: 'TVA réduite', percent: '5.5', category: 'S' },
    { rate: 'zero', name: 'TVA', percent: '0', category: 'S' },
    { rate: '', name: 'Exonéré', percent: '0', category: 'E' },
  ],
  reverseCharge: [{ rate: '', name: '', percent: '0', category: 'AE' }],
  exempt: [{ rate: '', name: '', percent: '0', category: 'E' }],
  outside: [{ rate: '', name: '', percent: '0', category: 'O' }],
}

const currencies = ['EUR', 'XOF', 'JPY', 'TND', 'KWD', 'USD']
const words = fc.oneof(
  fc.constantFrom(
    'Élodie & Fils',
    'Société « L’Œuvre »',
    'Ünïcødé <GmbH>',
    'مؤسسة',
    '東京',
    'N\u00b0\u202f7',
    '🦊 "x"',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const name = words.map((text) => `Ñame ${text}`)
const description = fc.oneof(
  { weight: 6, arbitrary: name },
  { weight: 1, arbitrary: fc.constantFrom('w'.repeat(400), 'Ligne très longue. '.repeat(200), 'a\nb\r\nc') },
)
const quantity = fc.oneof(
  fc.integer({ min: 0, max: 100_000 }).map(String),
  fc.integer({ min: 1, max: 99_999_999 }).map((number) => new Big(number).div(1000).toFixed()),
)
const unitMinor = fc.option(
  fc.integer({ min: 0, max: 5_000_000 }).map((number) => new Big(number).div(100).toFixed()),
)

const draft = fc.record({
  description,
  quantity,
  unitMinor,
  lumpMinor: fc.integer({ min: 0, max: 50_000_000 }),
  isGivenBack: fc.boolean(),
  discountPercent: fc.constantFrom(0, 0, 0, 10, 33, 100),
  rate: fc.nat(),
  days: fc.option(fc.tuple(fc.nat(365), fc.integer({ min: 1, max: 400 }))),
})
type Draft = typeof draft extends fc.Arbitrary<infer D> ? D : never

const shapeOf = (drafts: fc.Arbitrary<Draft[]>) =>
  fc.record({
    kind: fc.constantFrom('invoice' as const, 'credit_note' as const),
    currency: fc.constantFrom(...currencies),
    scenario: fc.constantFrom('taxed', 'taxed', 'reverseCharge', 'exempt', 'outside'),
    taxInclusive: fc.boolean(),
    drafts,
    settledPercent: fc.constantFrom(0, 0, 30, 100),
    hasDueDate: fc.boolean(),
    language: fc.constantFrom('fr' as const, 'en' as const),
    customer: name,
    note: fc.oneof(fc.constant(''), words),
    exemptionReason: fc.constantFrom('', 'Article 261 du CGI'),
    hasVatId: fc.boolean(),
  })
type Shape = ReturnType<typeof shapeOf> extends fc.Arbitrary<infer D> ? D : never

export const arbitraryDocument: fc.Arbitrary<DocumentSource> = shapeOf(
  fc.array(draft, { minLength: 1, maxLength: 12 }),
).map(compose)

/** Of 150 to 200 lines. */
export const arbitraryLongDocument: fc.Arbitrary<DocumentSource> = shapeOf(
  fc.array(draft, { minLength: 150, maxLength: 200 }),
).map(compose)

function compose(given: Shape): DocumentSource {
  // two rates of one percentage, each rounded to whole francs, may be off by more than the standard bears
  const isWhole = exponentOf(given.currency) === 0
  const offered = (rates[given.scenario] ?? []).filter(({ rate }) => !isWhole || rate !== 'other-standard')
  const drafted = given.drafts.map((each) => toLine(each, given, offered[each.rate % offered.length]))
  const isNegative =
    drafted.reduce((total, { amountMinor, discountMinor }) => total + amountMinor - discountMinor, 0) < 0
  const lines = isNegative ? drafted.map(opposite) : drafted
  const taxes = taxLines(lines)
  const taxMinor = taxes.reduce((total, group) => total + group.taxMinor, 0)
  const netMinor = lines.reduce((total, each) => total + each.netMinor, 0)
  const discountMinor = lines.reduce((total, each) => total + each.discountMinor, 0)
  const totalMinor = netMinor + taxMinor
  const isCredit = given.kind === 'credit_note'
  const amountPaidMinor = isCredit ? 0 : Math.floor((totalMinor * given.settledPercent) / 100)
  return source({
    lines,
    language: given.language,
    operator:
      given.hasVatId || given.scenario === 'reverseCharge'
        ? operator
        : { ...operator, taxIds: [{ type: 'ninea', value: '0051234 2G3' }] },
    billing: { ...billing, name: given.customer, exemptionReason: given.exemptionReason },
    credited: isCredit ? { documentNumber: 'INV-2025-000042', issuedAt: Date.UTC(2025, 11, 31) } : null,
    invoice: invoice({
      kind: given.kind,
      currency: given.currency,
      subtotalMinor: netMinor + discountMinor,
      discountMinor,
      taxMinor,
      totalMinor,
      amountPaidMinor,
      taxes,
      note: given.note,
      dueAt: given.hasDueDate ? Date.UTC(2026, 3, 30) : null,
    }),
  })
}

function toLine(each: Draft, { taxInclusive, currency }: Shape, rate: Rate | undefined): InvoiceLine {
  const sign = each.isGivenBack ? -1 : 1
  const price =
    each.unitMinor === null ? each.lumpMinor : roundMinor(new Big(each.unitMinor).times(each.quantity))
  const amountMinor = sign * price + 0
  const service =
    each.days === null
      ? null
      : {
          start: Date.UTC(2026, 0, 1 + each.days[0]),
          end: Date.UTC(2026, 0, 1 + each.days[0] + each.days[1]),
        }
  const percent = exponentOf(currency) === 0 ? Math.min(each.discountPercent, 33) : each.discountPercent
  return line({
    description: each.description,
    quantity: each.quantity,
    unitMinor: each.unitMinor,
    amountMinor,
    discountMinor: roundMinor(new Big(amountMinor).times(percent).div(100)),
    taxInclusive,
    taxes: rate === undefined ? [] : [{ ...rate, taxMinor: 0 }],
    service,
  })
}

function opposite(each: InvoiceLine): InvoiceLine {
  return { ...each, amountMinor: -each.amountMinor + 0, discountMinor: -each.discountMinor + 0 }
}

/** Tax once for each rate; sets the lines' net amounts and shares. */
function taxLines(lines: InvoiceLine[]): TaxGroup[] {
  const groups = new Map<string, InvoiceLine[]>()
  for (const each of lines) {
    const key = JSON.stringify(each.taxes)
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  return [...groups.values()].flatMap((members) => {
    const [rate] = members[0]?.taxes ?? []
    if (rate === undefined) return []
    const isInclusive = members[0]?.taxInclusive ?? false
    const grossMinor = members.map(({ amountMinor, discountMinor }) => amountMinor - discountMinor)
    const sumMinor = grossMinor.reduce((total, each) => total + each, 0)
    const divisor = isInclusive ? new Big(rate.percent).plus(100) : new Big(100)
    const taxMinor = roundMinor(new Big(sumMinor).times(rate.percent).div(divisor))
    const shares = shareOut(taxMinor, grossMinor)
    members.forEach((each, index) => {
      const shareMinor = shares[index] ?? 0
      each.netMinor = (grossMinor[index] ?? 0) - (isInclusive ? shareMinor : 0)
      each.taxes = [{ ...rate, taxMinor: shareMinor }]
    })
    return [{ ...rate, taxableMinor: isInclusive ? sumMinor - taxMinor : sumMinor, taxMinor }]
  })
}

/** By what each line is worth; what is given back counts against it. */
function shareOut(taxMinor: number, worths: number[]): number[] {
  const total = worths.reduce((sum, worth) => sum + worth, 0)
  if (total === 0) return worths.map(() => 0)
  let before = 0
  let given = 0
  return worths.map((worth) => {
    before += worth
    const share = roundMinor(new Big(taxMinor).times(before).div(total)) - given
    given += share
    return share + 0
  })
}

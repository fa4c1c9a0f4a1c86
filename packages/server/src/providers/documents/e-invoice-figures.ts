/**
 * The figures of an electronic invoice, as EN 16931 wants them.
 *
 * Owns: at most two decimals, one tax category for each line, and sums that fit (BR-CO-10 to BR-CO-17).
 * Does not own: where they stand in the XML (`e-invoice.ts`).
 * Invariant: in a currency of up to two decimals nothing is changed. One of three decimals is rounded so that the sums
 * still hold, and what the rounded parts differ from the rounded amount due stands in the rounding amount (BT-114).
 */
import { Big } from 'big.js'
import { exponentOf } from '../../domain/money/index.ts'
import type { DocumentData, DocumentLine } from './document.ts'

export type TaxCategory = 'S' | 'Z' | 'E' | 'AE' | 'O'

export interface EInvoiceTax {
  category: TaxCategory
  /** Per cent; `0` where nothing is taxed. */
  percent: string
}

export interface EInvoiceLineFigures {
  tax: EInvoiceTax
  /** Negative: given back; the price never is (BR-27). */
  quantity: string
  /** Price of `basisQuantity` in the currency's main unit, which may have any number of decimals. */
  price: string
  basisQuantity: string
  /** Positive: an allowance; negative: a charge, which is how the discount of a given back line is taken back. */
  discount: number
  net: number
}

/** All but prices in units of 10^-`decimals`. */
export interface EInvoiceFigures {
  decimals: number
  lines: EInvoiceLineFigures[]
  taxes: (EInvoiceTax & { taxable: number; tax: number })[]
  net: number
  tax: number
  total: number
  paid: number
  rounding: number
  due: number
  /** Whether something is not exactly what the document says. */
  rounded: boolean
  /** Whether lines and taxes sum to the total, and each tax is that of its rate; on somebody else's document they may not be. */
  consistent: boolean
}

const mostDecimals = 2

export function eInvoiceFigures(data: DocumentData): EInvoiceFigures {
  const exponent = exponentOf(data.currency)
  const decimals = Math.min(exponent, mostDecimals)
  const divisor = 10 ** (exponent - decimals)
  const round = (minor: number) => roundedQuotient(minor, divisor)
  const lines = lineFigures(data.lines, round, exponent)
  const taxes = taxFigures(data, lines, round)
  const net = sum(taxes.map(({ taxable }) => taxable))
  const tax = sum(taxes.map((each) => each.tax))
  const dueMinor = data.kind === 'credit_note' ? data.totalMinor : data.dueMinor
  const [paid, due] = [round(data.totalMinor - dueMinor), round(dueMinor)]
  return {
    decimals,
    lines,
    taxes,
    net,
    tax,
    total: net + tax,
    paid,
    rounding: due + paid - net - tax,
    due,
    rounded: isRounded(data, divisor),
    consistent: isConsistent(data) && taxes.every((group) => isTaxOfRate(group, 10 ** decimals)),
  }
}

function isRounded({ lines, taxes, totalMinor, dueMinor }: DocumentData, divisor: number): boolean {
  const minors = [...lines.map(({ netMinor }) => netMinor), ...taxes.map(({ taxMinor }) => taxMinor)]
  return [...minors, totalMinor, dueMinor].some((minor) => minor % divisor !== 0)
}

function isConsistent({ lines, taxes, totalMinor }: DocumentData): boolean {
  const keys = new Set(lines.map((line) => keyOf(taxOf(line))))
  const net = sum(lines.map(({ netMinor }) => netMinor))
  const onLines = taxes.filter((group) => keys.has(keyOf(taxOf({ taxes: [group] }))))
  return net + sum(onLines.map(({ taxMinor }) => taxMinor)) === totalMinor
}

/** BR-CO-17, with the tolerance of those who check it: less than one of the currency's main unit. */
function isTaxOfRate({ taxable, tax, percent }: EInvoiceFigures['taxes'][number], mainUnit: number): boolean {
  return new Big(taxable).times(percent).div(100).minus(tax).abs().lt(mainUnit)
}

/** Which category and rate a line has. A standard rate of nothing is a zero rate (BR-S-5). */
export function taxOf({ taxes }: Pick<DocumentLine, 'taxes'>): EInvoiceTax {
  const [tax] = taxes
  if (tax === undefined) return { category: 'O', percent: '0' }
  const percent = new Big(tax.percent)
  if (tax.category !== 'S') return { category: tax.category, percent: '0' }
  return percent.eq(0) ? { category: 'Z', percent: '0' } : { category: 'S', percent: percent.toFixed() }
}

const keyOf = ({ category, percent }: EInvoiceTax) => `${category} ${percent}`

/** The net amounts of one rate are rounded along their running sum: each is at most one unit off, their sum is not. */
function lineFigures(
  lines: readonly DocumentLine[],
  round: (minor: number) => number,
  exponent: number,
): EInvoiceLineFigures[] {
  const running = new Map<string, number>()
  return lines.map((line) => {
    const tax = taxOf(line)
    const before = running.get(keyOf(tax)) ?? 0
    const after = before + line.netMinor
    running.set(keyOf(tax), after)
    const discountMinor = discountWithoutTax(line, tax)
    return {
      tax,
      ...priceOf(line, line.netMinor + discountMinor, exponent),
      discount: round(discountMinor),
      net: round(after) - round(before),
    }
  })
}

function discountWithoutTax({ discountMinor, taxInclusive }: DocumentLine, { percent }: EInvoiceTax): number {
  if (!taxInclusive) return discountMinor
  return roundedQuotient(discountMinor, new Big(percent).div(100).plus(1))
}

/** The price of one where that times the quantity is the amount; else the amount as the price of the whole quantity. */
function priceOf(line: DocumentLine, basisMinor: number, exponent: number) {
  const quantity = new Big(line.quantity).abs()
  const signed = (value: Big) => (basisMinor < 0 ? value.times(-1) : value).toFixed()
  const inMajor = (minor: Big) => minor.times(`1e-${String(exponent)}`).toFixed()
  const amount = new Big(basisMinor).abs()
  const unit = line.unitMinor === null || line.taxInclusive ? null : new Big(line.unitMinor).abs()
  if (unit !== null && unit.times(quantity).round(0, Big.roundHalfUp).eq(amount)) {
    return { quantity: signed(quantity), price: inMajor(unit), basisQuantity: '1' }
  }
  const whole = quantity.eq(0) ? new Big(1) : quantity
  return { quantity: signed(whole), price: inMajor(amount), basisQuantity: whole.toFixed() }
}

function taxFigures(data: DocumentData, lines: EInvoiceLineFigures[], round: (minor: number) => number) {
  const groups = new Map<string, EInvoiceFigures['taxes'][number]>()
  for (const { tax, net } of lines) {
    const group = groups.get(keyOf(tax)) ?? { ...tax, taxable: 0, tax: 0 }
    groups.set(keyOf(tax), { ...group, taxable: group.taxable + net })
  }
  const taxMinor = new Map<string, number>()
  for (const group of data.taxes) {
    const key = keyOf(taxOf({ taxes: [group] }))
    taxMinor.set(key, (taxMinor.get(key) ?? 0) + group.taxMinor)
  }
  for (const [key, minor] of taxMinor) {
    const group = groups.get(key)
    if (group !== undefined) groups.set(key, { ...group, tax: round(minor) })
  }
  return [...groups.values()]
}

const Whole = Big()
Whole.DP = 0
Whole.RM = Big.roundHalfUp

/** Half away from zero; never minus zero, which would be written with its sign. */
function roundedQuotient(value: number, divisor: number | Big): number {
  return new Whole(value).div(divisor).toNumber() + 0
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

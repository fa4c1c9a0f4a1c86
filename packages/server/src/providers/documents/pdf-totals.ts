/** What it comes to, and what is to be known about it. */
import { exponentOf } from '../../domain/money/index.ts'
import { formatPercent } from '../../language/amounts.ts'
import { formatTemplate } from '../../language/format.ts'
import { languages } from '../../language/index.ts'
import { formatMoney } from '../../language/money.ts'
import type { DocumentData } from './document.ts'
import { drawRule, lineHeight, makeRoom, page, wrapText, writeLine, writeLines } from './pdf-sheet.ts'
import type { Sheet, TextStyle } from './pdf-sheet.ts'

const plain: TextStyle = { size: 9 }
const strong: TextStyle = { size: 10.5, bold: true }
const heading: TextStyle = { size: 9, bold: true }
const block = { x: 275, labelWidth: 172, width: page.right - 5 - 275 }
const rowHeight = 17

interface Total {
  name: string
  amountMinor: number
  isStrong?: boolean
}

/** They stand together on one page. */
export function writeTotals(sheet: Sheet, data: DocumentData): void {
  const rows = totalsOf(data)
  sheet.y += 10
  makeRoom(sheet, rows.length * rowHeight + 8)
  for (const { name, amountMinor, isStrong = false } of rows) {
    const style = isStrong ? strong : plain
    const top = sheet.y + (rowHeight - lineHeight(style)) / 2
    if (isStrong) drawRule(sheet, sheet.y, block.x)
    const amount = formatMoney(data.language, amountMinor, data.currency, exponentOf(data.currency))
    writeLine(sheet, name, block.x, top, block.labelWidth, style)
    writeLine(sheet, amount, block.x + block.labelWidth, top, block.width - block.labelWidth, {
      ...style,
      align: 'right',
    })
    sheet.y += rowHeight
  }
}

function totalsOf(data: DocumentData): Total[] {
  const words = languages[data.language].documents
  const { subtotalMinor, discountMinor, taxMinor, totalMinor } = data
  return [
    ...(discountMinor === 0 ? [] : whereNotZero(words.subtotal, subtotalMinor)),
    ...whereNotZero(words.discount, -discountMinor),
    { name: words.net, amountMinor: totalMinor - taxMinor },
    ...taxRows(data),
    { name: words.total, amountMinor: totalMinor, isStrong: true },
    ...(data.kind === 'invoice' ? settledRows(data) : creditRows(data)),
  ]
}

const whereNotZero = (name: string, amountMinor: number): Total[] =>
  amountMinor === 0 ? [] : [{ name, amountMinor }]

function settledRows(data: DocumentData): Total[] {
  const words = languages[data.language].documents
  return [
    ...whereNotZero(words.fromBalance, -data.creditAppliedMinor),
    ...whereNotZero(words.credited, -data.creditedMinor),
    ...whereNotZero(words.paid, -data.paidMinor),
    ...(data.state === 'void' ? [] : [{ name: words.amountDue, amountMinor: data.dueMinor, isStrong: true }]),
  ]
}

function creditRows({ language, totalMinor, creditedMinor, paidBackMinor }: DocumentData): Total[] {
  const words = languages[language].documents
  return [
    ...whereNotZero(words.toInvoice, creditedMinor),
    ...whereNotZero(words.paidBack, paidBackMinor),
    ...whereNotZero(words.toBalance, totalMinor - creditedMinor - paidBackMinor),
  ]
}

/** Of what is not taxed the notes speak. */
function taxRows({ language, currency, taxes }: DocumentData): Total[] {
  const { taxOn, tax } = languages[language].documents
  return taxes
    .filter(({ category }) => category === 'S' || category === 'Z')
    .map(({ name, percent, taxableMinor, taxMinor }) => ({
      name: formatTemplate(language, taxOn, {
        name: name === '' ? tax : name,
        percent: formatPercent(language, percent),
        taxable: formatMoney(language, taxableMinor, currency, exponentOf(currency)),
      }),
      amountMinor: taxMinor,
    }))
}

export function writeNotes(sheet: Sheet, data: DocumentData): void {
  const words = languages[data.language].documents
  const categories = new Set(data.lines.flatMap(({ taxes }) => taxes.map(({ category }) => category)))
  const isToBePaid = data.kind === 'invoice' && data.state !== 'void' && data.dueMinor > 0
  sheet.y += 18
  writeNote(sheet, data.reverseCharge ? words.reverseCharge : '')
  if (data.exemptionReason !== null) writeNote(sheet, data.exemptionReason.trim() || words.exempt)
  writeNote(sheet, categories.has('O') ? words.outsideScope : '')
  if (data.coupons.length > 0) {
    const names = new Intl.ListFormat(data.language, { type: 'unit' }).format(data.coupons)
    writeNote(sheet, formatTemplate(data.language, words.coupons, { count: data.coupons.length, names }))
  }
  writeNote(sheet, data.note)
  if (isToBePaid) writeNote(sheet, howToPay(data), words.payment)
}

function howToPay({ language, paymentInstructions, paymentReference }: DocumentData): string {
  if (paymentReference === null) return paymentInstructions
  const { quote } = languages[language].documents
  return `${paymentInstructions}\n${formatTemplate(language, quote, { reference: paymentReference })}`
}

function writeNote(sheet: Sheet, text: string, title?: string): void {
  if (text.trim() === '') return
  // a title doesn't stand alone at the end of a page
  makeRoom(sheet, 3 * lineHeight(plain))
  if (title !== undefined) writeLines(sheet, [title], page.left, page.width, heading)
  writeLines(sheet, wrapText(sheet, text, page.width, plain), page.left, page.width, plain)
  sheet.y += 8
}

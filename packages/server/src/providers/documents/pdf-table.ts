/** The lines of a document, over as many pages as they need, each with the heads of the columns. */
import { formatAmount, formatDecimal, formatPercent, formatUnitPrice } from '../../language/amounts.ts'
import { formatTemplate } from '../../language/format.ts'
import { languages } from '../../language/index.ts'
import type { DocumentData, DocumentLine } from './document.ts'
import { formatSpan } from './pdf-head.ts'
import { colors, drawRule, lineHeight, makeRoom, page, wrapText, writeLine } from './pdf-sheet.ts'
import type { Sheet, TextStyle } from './pdf-sheet.ts'

const head: TextStyle = { size: 8, bold: true, color: colors.muted }
const plain: TextStyle = { size: 9 }
const small: TextStyle = { size: 8, color: colors.muted }
const padding = 5
const gap = 8

const columns = {
  description: { x: page.left + padding, width: 214 },
  quantity: { x: 267 + gap, width: 54 },
  unitPrice: { x: 329 + gap, width: 68 },
  tax: { x: 405 + gap, width: 40 },
  amount: { x: 453 + gap, width: page.right - padding - 453 - gap },
}

export function writeTableHead(sheet: Sheet, { language, currency }: DocumentData): void {
  const words = languages[language].documents
  const height = lineHeight(head) + 2 * padding
  makeRoom(sheet, height + 4 * lineHeight(plain))
  sheet.document.rect(page.left, sheet.y, page.width, height).fill(colors.fill)
  const cells: [keyof typeof columns, string][] = [
    ['description', words.description],
    ['quantity', words.quantity],
    ['unitPrice', words.unitPrice],
    ['tax', words.tax],
    ['amount', formatTemplate(language, words.amount, { currency })],
  ]
  for (const [column, text] of cells) writeCell(sheet, column, text, sheet.y + padding, head)
  sheet.y += height
}

/** A row stays together where a page can hold it. */
export function writeTableRow(sheet: Sheet, data: DocumentData, line: DocumentLine): void {
  const { width } = columns.description
  const texts = [
    ...wrapText(sheet, line.description, width, plain).map((text) => ({ text, style: plain })),
    ...remarks(data, line).flatMap((remark) =>
      wrapText(sheet, remark, width, small).map((text) => ({ text, style: small })),
    ),
  ]
  const height = texts.reduce((total, { style }) => total + lineHeight(style), 2 * padding)
  const pageHeight = sheet.bottom - page.top - 40
  if (makeRoom(sheet, Math.min(height, pageHeight))) writeTableHead(sheet, data)
  sheet.y += padding
  writeNumbers(sheet, data, line)
  for (const { text, style } of texts) {
    if (makeRoom(sheet, lineHeight(style))) {
      writeTableHead(sheet, data)
      sheet.y += padding
    }
    writeLine(sheet, text, columns.description.x, sheet.y, width, style)
    sheet.y += lineHeight(style)
  }
  sheet.y += padding
  drawRule(sheet, sheet.y)
}

function writeNumbers(sheet: Sheet, { language, currency }: DocumentData, line: DocumentLine): void {
  const unitPrice =
    line.unitMinor === null || line.taxInclusive ? '' : formatUnitPrice(language, line.unitMinor, currency)
  const taxes = line.taxes.filter(({ category }) => category === 'S' || category === 'Z')
  writeCell(sheet, 'quantity', formatDecimal(language, line.quantity), sheet.y, plain)
  writeCell(sheet, 'unitPrice', unitPrice, sheet.y, plain)
  writeCell(
    sheet,
    'tax',
    taxes.map(({ percent }) => formatPercent(language, percent)).join(' + '),
    sheet.y,
    plain,
  )
  writeCell(sheet, 'amount', formatAmount(language, line.netMinor, currency), sheet.y, plain)
}

/** What the numbers don't say: the time it is for, and how the amount comes to be another one than the price's. */
function remarks({ language, currency }: DocumentData, line: DocumentLine): string[] {
  const words = languages[language].documents
  const say = (template: string, amountMinor: number) =>
    formatTemplate(language, template, { amount: formatAmount(language, amountMinor, currency) })
  return [
    line.service === null ? '' : formatSpan(language, line.service),
    line.taxInclusive ? say(words.lineInclusive, line.amountMinor) : '',
    line.discountMinor === 0 ? '' : say(words.lineDiscount, -line.discountMinor),
  ].filter((remark) => remark !== '')
}

function writeCell(
  sheet: Sheet,
  column: keyof typeof columns,
  text: string,
  y: number,
  style: TextStyle,
): void {
  const { x, width } = columns[column]
  if (text !== '')
    writeLine(sheet, text, x, y, width, { ...style, align: column === 'description' ? 'left' : 'right' })
}

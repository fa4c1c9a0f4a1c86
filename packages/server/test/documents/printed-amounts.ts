/** The figures that people read on a document, read back as whole minor units. */
import { exponentOf } from '../../src/domain/money/index.ts'
import type { LanguageTag } from '../../src/language/index.ts'
import type { PrintedText, ReadPdf } from './pdf-reader.ts'

export interface PrintedIn {
  language: LanguageTag
  currency: string
}

/** Where figures of lines and totals end on the page. */
const RIGHT_EDGE = 542
const isInColumn = ({ right, left }: PrintedText) => Math.abs(right - RIGHT_EDGE) < 0.7 && left > 400
const isNumber = ({ text }: PrintedText) => /^-?[\d\s.,\u202f\u00a0]+$/.test(text)

/** What the lines come to, from the top: the numbers of the last column. Totals name their currency, and are none. */
export function printedAmounts({ texts }: ReadPdf, printed: PrintedIn): number[] {
  return texts
    .filter((text) => isInColumn(text) && isNumber(text))
    .map(({ text }) => printedMinor(text, printed))
}

export interface PrintedTotal {
  name: string
  amountMinor: number
}

/** The totals below the lines, from the top: a name, and beside it an amount of money. */
export function printedTotals({ texts }: ReadPdf, printed: PrintedIn): PrintedTotal[] {
  const amounts = texts.filter((text) => isInColumn(text) && !isNumber(text) && /\d/.test(text.text))
  return amounts.flatMap((amount) => {
    const beside = texts.filter(
      ({ page, y, right }) => page === amount.page && Math.abs(y - amount.y) < 0.5 && right < amount.left,
    )
    if (beside.length === 0) return []
    const name = beside.map(({ text }) => text).join(' ')
    return [{ name, amountMinor: printedMinor(amount.text, printed) }]
  })
}

function printedMinor(text: string, { language, currency }: PrintedIn): number {
  const plain = language === 'fr' ? text.replace(',', '.') : text.replaceAll(',', '')
  return Math.round(Number(plain.replace(/[^\d.-]/g, '')) * 10 ** exponentOf(currency))
}

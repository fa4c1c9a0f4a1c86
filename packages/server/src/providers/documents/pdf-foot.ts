/** The foot of every page: the operator's own words, the document's number, which page this is. */
import { formatTemplate } from '../../language/format.ts'
import { languages } from '../../language/index.ts'
import type { DocumentData } from './document.ts'
import { colors, drawRule, lineHeight, page, wrapText, writeLine } from './pdf-sheet.ts'
import type { Sheet, TextStyle } from './pdf-sheet.ts'

const small: TextStyle = { size: 7.5, color: colors.muted }
const mostLines = 24

const footLines = (sheet: Sheet, data: DocumentData) =>
  data.operator.footer.trim() === ''
    ? []
    : wrapText(sheet, data.operator.footer, page.width, small).slice(0, mostLines)

/** The pages' content ends above it. */
export function reserveFoot(sheet: Sheet, data: DocumentData): void {
  sheet.bottom = page.bottom - footLines(sheet, data).length * lineHeight(small) - 10
}

export function writeFeet(sheet: Sheet, data: DocumentData): void {
  const words = languages[data.language].documents
  const lines = footLines(sheet, data)
  const { count } = sheet.document.bufferedPageRange()
  const top = page.bottom - lines.length * lineHeight(small)
  for (let index = 0; index < count; index += 1) {
    sheet.document.switchToPage(index)
    drawRule(sheet, top - 4)
    lines.forEach((line, row) =>
      writeLine(sheet, line, page.left, top + row * lineHeight(small), page.width, {
        ...small,
        align: 'center',
      }),
    )
    const number = formatTemplate(data.language, words.page, { page: index + 1, pages: count })
    writeLine(sheet, data.documentNumber ?? words.draft, page.left, page.bottom + 2, page.width / 2, small)
    writeLine(sheet, number, page.left + page.width / 2, page.bottom + 2, page.width / 2, {
      ...small,
      align: 'right',
    })
  }
}

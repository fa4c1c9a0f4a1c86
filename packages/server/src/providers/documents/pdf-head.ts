/** Who sells to whom, and which document this is. */
import type { PostalAddress } from '../../domain/catalog/model.ts'
import { formatCountry, formatDate } from '../../language/dates.ts'
import { formatTemplate } from '../../language/format.ts'
import { languages } from '../../language/index.ts'
import type { LanguageTag } from '../../language/index.ts'
import type { DocumentData, DocumentParty, DocumentSpan } from './document.ts'
import { readLogo } from './logo.ts'
import { colors, lineHeight, page, wrapText, writeLine, writeLines } from './pdf-sheet.ts'
import type { Sheet, TextStyle } from './pdf-sheet.ts'

const title: TextStyle = { size: 20, bold: true, align: 'right' }
const state: TextStyle = { size: 11, bold: true, color: colors.alert, align: 'right' }
const masthead: TextStyle = { size: 14, bold: true }
const strong: TextStyle = { size: 9, bold: true }
const plain: TextStyle = { size: 9 }
const label: TextStyle = { size: 9, color: colors.muted }
const logoRoom: [number, number] = [200, 52]
const column = 250
const facts = { x: 318, labelWidth: 92, width: page.right - 318 }

export function writeHead(sheet: Sheet, data: DocumentData): void {
  const words = languages[data.language].documents
  writeMasthead(sheet, data)
  const top = page.top + 74
  sheet.y = top
  writeParty(sheet, data.operator, data.language)
  const operatorEnd = sheet.y
  sheet.y = top
  for (const [name, value] of documentFacts(data)) writeFact(sheet, name, value)
  sheet.y = Math.max(operatorEnd, sheet.y) + 18
  writeLines(sheet, [words.customer], page.left, column, label)
  writeParty(sheet, data.customer, data.language)
  sheet.y += 22
}

function writeMasthead(sheet: Sheet, data: DocumentData): void {
  const words = languages[data.language].documents
  const logo = data.operator.logo === null ? null : readLogo(data.operator.logo)
  if (logo === null) {
    const [name = ''] = wrapText(sheet, data.operator.name, column, masthead)
    writeLine(sheet, name, page.left, page.top, column, masthead)
  } else {
    sheet.document.image(logo, page.left, page.top, { fit: logoRoom })
  }
  const name = data.kind === 'invoice' ? words.invoice : words.creditNote
  writeLine(sheet, name, facts.x, page.top - 2, facts.width, title)
  if (data.state === 'issued') return
  const states = { draft: words.draft, void: words.void }
  writeLine(sheet, states[data.state], facts.x, page.top + 26, facts.width, state)
}

function documentFacts(data: DocumentData): [string, string][] {
  const words = languages[data.language].documents
  const date = (day: string | null) => (day === null ? null : formatDate(data.language, day))
  const found: [string, string | null][] = [
    [words.number, data.documentNumber],
    [words.issued, date(data.issuedOn)],
    [words.due, data.kind === 'invoice' ? date(data.dueOn) : null],
    [words.period, data.service === null ? null : formatSpan(data.language, data.service)],
    [words.credits, data.credits === null ? null : data.credits.documentNumber],
  ]
  return found.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))
}

export function formatSpan(language: LanguageTag, { from, to }: DocumentSpan): string {
  if (from === to) return formatDate(language, from)
  return formatTemplate(language, languages[language].documents.span, {
    from: formatDate(language, from),
    to: formatDate(language, to),
  })
}

function writeFact(sheet: Sheet, name: string, value: string): void {
  const width = facts.width - facts.labelWidth
  const top = sheet.y
  const names = wrapText(sheet, name, facts.labelWidth - 8, label)
  writeLines(sheet, names, facts.x, facts.labelWidth - 8, label)
  const end = sheet.y
  sheet.y = top
  const values = wrapText(sheet, value, width, plain)
  writeLines(sheet, values, facts.x + facts.labelWidth, width, { ...plain, align: 'right' })
  sheet.y = Math.max(end, sheet.y) + 2
}

function writeParty(sheet: Sheet, party: DocumentParty, language: LanguageTag): void {
  const words = languages[language].documents
  const write = (text: string, style: TextStyle) =>
    text.trim() === '' || writeLines(sheet, wrapText(sheet, text, column, style), page.left, column, style)
  write(party.name, strong)
  if (party.address !== null) addressLines(party.address, language).forEach((line) => write(line, plain))
  for (const { type, value } of party.taxIds) write(`${words.taxIds[type] ?? type} ${value}`, label)
  write(party.email ?? '', label)
  sheet.y += lineHeight(plain) * 0.2
}

function addressLines(address: PostalAddress, language: LanguageTag): string[] {
  const { line1, line2, postalCode, city, region, country } = address
  const place = [postalCode, city].filter((part) => part !== '').join(' ')
  return [line1, line2, place, region, formatCountry(language, country)]
}

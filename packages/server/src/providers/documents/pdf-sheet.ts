/**
 * Paper: pages, fonts, lines of text.
 *
 * Owns: the margins, where on the page we are, breaking text into lines, a new page where there is no room.
 * Does not own: what is written (`pdf-sections.ts`).
 * Invariant: every character that is written has a glyph in the embedded font, which PDF/A asks for.
 */
import { createRequire } from 'node:module'
import PdfDocument from 'pdfkit'
import { withoutMarkup } from './xml.ts'

const require = createRequire(import.meta.url)
const fonts = {
  regular: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
}

/** In points, of A4. */
export const page = { left: 48, right: 547, top: 48, bottom: 800, width: 499 } as const
export const colors = { ink: '#1b2330', muted: '#5c6776', rule: '#d3d9e0', fill: '#f1f4f7', alert: '#a3241f' }

export interface TextStyle {
  size: number
  bold?: boolean
  color?: string
  align?: 'left' | 'right' | 'center'
}

export interface Sheet {
  document: PDFKit.PDFDocument
  /** Where the next thing goes, from the top. */
  y: number
  /** Where the page ends, above its foot. */
  bottom: number
}

export function openSheet(title: string, language: string, createdAt: Date): Sheet {
  const document = new PdfDocument({
    size: 'A4',
    margin: 0,
    // none to begin with: the library would read its own
    font: '',
    pdfVersion: '1.7',
    subset: 'PDF/A-3b',
    lang: language,
    displayTitle: true,
    // the foot says how many pages there are
    bufferPages: true,
    // the library writes these into XML as they are
    info: {
      Title: withoutMarkup(title),
      Creator: 'Tollkeeper',
      Producer: 'Tollkeeper',
      CreationDate: createdAt,
    },
  })
  return { document, y: page.top, bottom: page.bottom }
}

export const lineHeight = ({ size }: TextStyle) => size * 1.35

/** Goes to a new page where `height` doesn't fit on this one. */
export function makeRoom(sheet: Sheet, height: number): boolean {
  if (sheet.y + height <= sheet.bottom || sheet.y <= page.top) return false
  sheet.document.addPage()
  sheet.y = page.top
  return true
}

/** One line of text, smaller where it would be too wide. */
export function writeLine(
  sheet: Sheet,
  text: string,
  x: number,
  y: number,
  width: number,
  style: TextStyle,
): void {
  const { document } = sheet
  const shown = writable(select(sheet, style), text)
  const needed = document.widthOfString(shown)
  if (needed > width) document.fontSize((style.size * width) / needed)
  const taken = Math.min(needed, width)
  const indent = { left: 0, center: (width - taken) / 2, right: width - taken }[style.align ?? 'left']
  document.fillColor(style.color ?? colors.ink).text(shown, x + indent, y, { lineBreak: false })
}

/** Lines one below the other, over as many pages as they need. */
export function writeLines(
  sheet: Sheet,
  lines: readonly string[],
  x: number,
  width: number,
  style: TextStyle,
): void {
  for (const line of lines) {
    makeRoom(sheet, lineHeight(style))
    writeLine(sheet, line, x, sheet.y, width, style)
    sheet.y += lineHeight(style)
  }
}

export function drawRule(sheet: Sheet, y: number, from: number = page.left, to: number = page.right): void {
  sheet.document.moveTo(from, y).lineTo(to, y).lineWidth(0.6).strokeColor(colors.rule).stroke()
}

/** At spaces and ends of lines; inside a word only where it is wider than the whole line. */
export function wrapText(sheet: Sheet, text: string, width: number, style: TextStyle): string[] {
  const font = select(sheet, style)
  return text
    .trim()
    .split(/\r\n|\r|\n/)
    .flatMap((paragraph) => wrapParagraph(sheet, writable(font, paragraph), width))
}

function wrapParagraph({ document }: Sheet, paragraph: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  // a little less, so that what was measured in parts also fits as a whole
  const fits = (candidate: string) => document.widthOfString(candidate) <= width - 0.5
  for (const word of paragraph.split(/[ \t]+/)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (fits(longer)) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = fits(word) ? [word] : breakWord(word, fits)
    lines.push(...pieces.slice(0, -1))
    line = pieces.at(-1) ?? ''
  }
  return [...lines, line]
}

function breakWord(word: string, fits: (text: string) => boolean): string[] {
  const pieces: string[] = []
  let piece = ''
  for (const character of word) {
    if (piece !== '' && !fits(piece + character)) {
      pieces.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...pieces, piece]
}

interface EmbeddedFont {
  readonly characterSet: readonly number[]
  hasGlyphForCodePoint(codePoint: number): boolean
  glyphForCodePoint(codePoint: number): unknown
}

// reading a font takes longer than drawing a page with it
const fontsRead = new Map<string, EmbeddedFont>()

function select({ document }: Sheet, { size, bold = false }: TextStyle): EmbeddedFont {
  const path = bold ? fonts.bold : fonts.regular
  const known = fontsRead.get(path)
  // that it takes a font which has been read, and what it made of it, is not among what the library's types tell
  if (known === undefined) document.font(path)
  else document.font(known as unknown as Buffer, path)
  document.fontSize(size)
  const font = known ?? (Reflect.get(document, '_font') as { font: EmbeddedFont }).font
  if (known === undefined) meetGlyphs(font)
  fontsRead.set(path, font)
  return font
}

/**
 * The library remembers a glyph as it first met it. Met as a part of another (the C of Ç) it would stand for no
 * character ever after, and whoever copies or searches the text of a later document would miss the letter.
 */
function meetGlyphs(font: EmbeddedFont): void {
  for (const codePoint of font.characterSet) font.glyphForCodePoint(codePoint)
}

/** Without controls, and with a replacement mark for what the font can't show. */
function writable(font: EmbeddedFont, text: string): string {
  let shown = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code === 9) shown += ' '
    else if (code >= 32 && code !== 127) shown += font.hasGlyphForCodePoint(code) ? character : '\uFFFD'
  }
  return shown
}

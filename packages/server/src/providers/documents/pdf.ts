/**
 * A document as people read it: A4, as PDF/A-3, with the electronic invoice inside where there is one.
 *
 * Owns: the order of the parts, and giving way to others between them. Does not own: what is said (`document.ts`), how a
 * part looks (`pdf-sections.ts`).
 * Invariant: no clock and no chance: the same data makes the same bytes.
 */
import { setImmediate } from 'node:timers/promises'
import { languages } from '../../language/index.ts'
import type { DocumentData } from './document.ts'
import { eInvoice } from './e-invoice.ts'
import { embedFacturX } from './factur-x.ts'
import { reserveFoot, writeFeet } from './pdf-foot.ts'
import { writeHead } from './pdf-head.ts'
import { openSheet } from './pdf-sheet.ts'
import { writeTableHead, writeTableRow } from './pdf-table.ts'
import { writeNotes, writeTotals } from './pdf-totals.ts'

/** So many lines are drawn before everybody else may run again: some milliseconds. */
const linesAtOnce = 10

/**
 * The file. One page takes about 20 ms, 200 lines about 90 ms, during which others run in between; so there is no need of
 * a thread. The longest stretch is the end, where fonts and pages are packed.
 */
export async function renderPdf(data: DocumentData): Promise<Buffer> {
  const words = languages[data.language].documents
  const createdAt = new Date(data.createdAt)
  const name = data.kind === 'invoice' ? words.invoice : words.creditNote
  const sheet = openSheet(`${name} ${data.documentNumber ?? words.draft}`, data.language, createdAt)
  const file = collect(sheet.document)
  const exchanged = eInvoice(data)
  if ('xml' in exchanged) embedFacturX(sheet.document, exchanged.xml, createdAt)
  reserveFoot(sheet, data)
  writeHead(sheet, data)
  writeTableHead(sheet, data)
  for (const [index, line] of data.lines.entries()) {
    if (index % linesAtOnce === linesAtOnce - 1) await setImmediate()
    writeTableRow(sheet, data, line)
  }
  writeTotals(sheet, data)
  writeNotes(sheet, data)
  await setImmediate()
  writeFeet(sheet, data)
  sheet.document.end()
  return file
}

function collect(document: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', () => resolve(Buffer.concat(chunks)))
    document.on('error', reject)
  })
}

/**
 * Every document that was issued, as whoever gets it holds it: the file is fetched through the API and read.
 *
 * Owns: what its lines and totals come to on paper, what a machine reads in it, and whether it has to hold an electronic
 * invoice. Does not own: the rules of EN 16931 (`documents/`), the figures that are stored (`books.ts`).
 * Invariant: a document without an electronic invoice lacks something that only its parties or the place's taxes can give.
 */
import { languages } from '../../../src/language/index.ts'
import type { LanguageTag } from '../../../src/language/index.ts'
import { brokenRules } from '../../documents/en16931-rules.ts'
import { readPdf } from '../../documents/pdf-reader.ts'
import type { ReadPdf } from '../../documents/pdf-reader.ts'
import { printedAmounts, printedTotals } from '../../documents/printed-amounts.ts'
import { schemaErrors } from '../../documents/schema.ts'
import type { Answer } from '../../support/server.ts'
import type { World } from '../world.ts'

interface IssuedDocument {
  id: string
  kind: 'invoice' | 'credit_note'
  status: string
  number: string
  currency: string
  total: number
  lines: number
  locale: string
  /** As it was issued. */
  buyer: { name: string; address: { country: string } | null; vatId: string | null }
  /** Of its lines. */
  categories: string[]
  /** Of the line that has most. */
  taxes: number
}

const ISSUED = `
  select i.id, i.kind, i.status, i.document_number as number, i.currency, i.total_minor as total, c.locale,
    i.parties -> 'buyer' as buyer, l.lines, l.categories, l.taxes
  from invoice i join customer c on c.environment = 1 and c.id = i.customer
  join lateral (select count(*)::int as lines, max(jsonb_array_length(taxes)) as taxes,
      array(select distinct t ->> 'category' from invoice_line o, jsonb_array_elements(o.taxes) t
        where o.environment = 1 and o.customer = i.customer and o.invoice = i.id) as categories
    from invoice_line where environment = 1 and customer = i.customer and invoice = i.id) l on true
  where i.environment = 1 and i.document_number is not null order by i.issued_at, i.id`

/** So many at once: some are drawn by other processes. */
const AT_ONCE = 4
const MOST_FINDINGS = 5
const TOLD_EVERY = 500

export async function checkDocuments(
  world: World,
  onProgress: (done: number, all: number) => void = () => {},
): Promise<string[]> {
  const { rows } = await world.database.db.query<IssuedDocument>(ISSUED)
  const findings: string[] = []
  let [next, done] = [0, 0]
  const work = async (worker: number) => {
    while (next < rows.length && findings.length < MOST_FINDINGS) {
      const document = rows[next] as IssuedDocument
      next += 1
      const found = await checkDocument(world, worker, document)
      findings.push(...found.map((finding) => `a document holds what it says: ${document.id} ${finding}`))
      done += 1
      if (done % TOLD_EVERY === 0 || done === rows.length) onProgress(done, rows.length)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, (_, worker) => work(worker)))
  return findings
}

async function checkDocument(world: World, worker: number, document: IssuedDocument): Promise<string[]> {
  const path = `/v1/invoices/${document.id}`
  const read = (end: string) => world.workers.call({ worker, method: 'GET', path: path + end })
  const [pdf, xml] = [await read('/pdf'), await read('/xml')]
  if (pdf.status !== 200) return [`has no file: ${pdf.text}`]
  const file = await readPdf(pdf.bytes)
  return [...onPaper(document, file), ...forMachines(document, file, xml)]
}

/** The lines sum to the total: with what is given off and the taxes that are printed, and no other way. */
function onPaper({ locale, currency, lines, total, number }: IssuedDocument, file: ReadPdf): string[] {
  const language: LanguageTag = locale.startsWith('fr') ? 'fr' : 'en'
  const words = languages[language].documents
  const printed = { language, currency }
  const amounts = printedAmounts(file, printed)
  const totals = printedTotals(file, printed)
  const placeOf = (name: string) => totals.findIndex((each) => each.name === name)
  const [net, whole] = [placeOf(words.net), placeOf(words.total)]
  const taxes = totals.slice(net + 1, whole)
  const sum = (values: number[]) => values.reduce((all, value) => all + value, 0)
  const checks: [holds: boolean, finding: string][] = [
    [file.texts.some(({ text }) => text === number), `doesn't say its number ${number}`],
    [amounts.length === lines, `prints ${amounts.length} of ${lines} lines`],
    [net >= 0 && whole > net, `has no totals: ${totals.map(({ name }) => name).join(', ')}`],
    [
      sum(amounts) === totals[net]?.amountMinor,
      `prints lines of ${sum(amounts)}, and ${totals[net]?.amountMinor} without tax`,
    ],
    [
      sum([...amounts, ...taxes.map(({ amountMinor }) => amountMinor)]) === totals[whole]?.amountMinor,
      `prints lines of ${sum(amounts)} and taxes of ${taxes.map(({ amountMinor }) => amountMinor).join(', ')}, in all ${totals[whole]?.amountMinor}`,
    ],
    [totals[whole]?.amountMinor === total, `prints ${totals[whole]?.amountMinor} instead of ${total}`],
  ]
  return checks.filter(([holds]) => !holds).map(([, finding]) => `${finding} ${currency}`)
}

function forMachines(document: IssuedDocument, { attachments }: ReadPdf, xml: Answer): string[] {
  const missing = gapsOf(document)
  const attached = Object.values(attachments)[0]
  if (missing.length > 0) {
    const told = xml.body?.code === 'document_incomplete' ? String(xml.body.detail) : xml.text
    const untold = missing.filter((gap) => !told.includes(gap))
    if (attached === undefined && untold.length === 0) return []
    return [`holds an electronic invoice or doesn't say what is missing (${missing.join(', ')}): ${told}`]
  }
  if (attached === undefined) return [`holds no electronic invoice: ${xml.text}`]
  const text = Buffer.from(attached.content).toString('utf8')
  const broken = [...schemaErrors(text), ...brokenRules(text)]
  return [
    ...(text === xml.text ? [] : ['holds another electronic invoice than the one that is read by itself']),
    ...broken.map((rule) => `breaks ${rule}`),
  ]
}

/** What keeps it from being one, told from its parties and taxes alone. */
function gapsOf({ status, buyer, categories, taxes }: IssuedDocument): string[] {
  const checks: [gap: string, isMissing: boolean][] = [
    ['not_issued', status === 'void'],
    ['customer_name', buyer.name.trim() === ''],
    ['customer_address', buyer.address === null],
    ['customer_vat_id', categories.includes('AE') && buyer.vatId === null],
    ['several_taxes_on_a_line', taxes > 1],
    ['outside_scope_mixed', categories.includes('O') && categories.length > 1],
  ]
  return checks.filter(([, isMissing]) => isMissing).map(([gap]) => gap)
}

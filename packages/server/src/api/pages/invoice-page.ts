/**
 * An invoice as a page, for whoever follows the link of a letter.
 *
 * Owns: how it reads. Does not own: its figures, and who may see it (`invoice-links.ts`).
 */
import { exponentOf } from '../../domain/money/index.ts'
import type { LanguageTag } from '../../language/index.ts'
import { formatMoney } from '../../language/money.ts'
import type { LinkedDocument } from '../../operations/invoices/document.ts'
import { html, pageText } from './html.ts'

const words = {
  en: {
    invoice: 'Invoice',
    creditNote: 'Credit note',
    from: 'From',
    to: 'To',
    issued: 'Issued',
    due: 'Due',
    tax: 'Tax',
    total: 'Total',
    paid: 'Paid',
    open: 'Still to pay',
    pay: 'Pay or confirm',
    settled: 'Nothing is to be paid.',
    file: 'Download the PDF',
  },
  fr: {
    invoice: 'Facture',
    creditNote: 'Avoir',
    from: 'De',
    to: 'À',
    issued: 'Émise le',
    due: 'À régler avant le',
    tax: 'Taxes',
    total: 'Total',
    paid: 'Payé',
    open: 'Reste à payer',
    pay: 'Payer ou confirmer',
    settled: 'Rien n’est à payer.',
    file: 'Télécharger le PDF',
  },
} satisfies Record<LanguageTag, Record<string, string>>

/** @param path of the page itself, for the link to its PDF */
export function invoicePage(language: LanguageTag, path: string, { data, payment }: LinkedDocument): string {
  const text = words[language]
  const money = (minor: number) => formatMoney(language, minor, data.currency, exponentOf(data.currency))
  const day = (date: string) =>
    new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(date))
  const title = `${data.kind === 'credit_note' ? text.creditNote : text.invoice} ${data.documentNumber ?? ''}`
  const facts: [string, string | null][] = [
    [text.from, data.operator.name],
    [text.to, data.customer.name],
    [text.issued, data.issuedOn === null ? null : day(data.issuedOn)],
    [text.due, data.dueOn === null ? null : day(data.dueOn)],
    ...data.lines.map((line): [string, string] => [line.description, money(line.amountMinor)]),
    [text.tax, money(data.taxMinor)],
    [text.total, money(data.totalMinor)],
    [text.paid, data.paidMinor === 0 ? null : money(data.paidMinor)],
    [text.open, data.dueMinor === 0 ? null : money(data.dueMinor)],
  ]
  const rows = facts.map(([name, value]) =>
    value === null ? html`` : html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )
  const waits = payment === null ? html`` : html`<p><a href="${payment.url}">${text.pay}</a></p>`
  const instructions = data.paymentInstructions === '' ? html`` : html`<p>${data.paymentInstructions}</p>`
  const body = html`<main>
<h1>${title}</h1>
<dl>${rows}</dl>
${data.dueMinor === 0 ? html`<p>${text.settled}</p>` : html`${waits}${instructions}`}
<p><a href="${path}/pdf">${text.file}</a></p>
</main>`
  return pageText({ language, title, body })
}

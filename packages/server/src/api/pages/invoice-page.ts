/**
 * An invoice as a page, for whoever follows the link of a letter.
 *
 * Owns: how it reads. Does not own: its figures, and who may see it (`invoice-links.ts`).
 */
import { exponentOf } from '../../domain/money/index.ts'
import { formatTemplate } from '../../language/format.ts'
import { languages, type LanguageTag } from '../../language/index.ts'
import { formatMoney } from '../../language/money.ts'
import type { LinkedDocument } from '../../operations/invoices/document.ts'
import { html, pageText, type Html } from './html.ts'

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
    payBy: 'Pay now:',
    card: 'By card',
    phone: 'By phone',
    kept: 'The way to pay is kept: it also pays what else is due, now and later.',
    underWay: 'A payment is under way.',
    failed: 'The last payment did not go through.',
    quote: 'To be quoted when paying:',
    settled: 'Nothing is to be paid.',
    file: 'Download the PDF',
  },
  fr: {
    invoice: 'Facture',
    creditNote: 'Avoir',
    from: 'De',
    to: 'À',
    issued: 'Émise le',
    due: 'À régler au plus tard le',
    tax: 'Taxes',
    total: 'Total',
    paid: 'Payé',
    open: 'Reste à payer',
    pay: 'Payer ou confirmer',
    payBy: 'Payer maintenant :',
    card: 'Par carte',
    phone: 'Par téléphone',
    kept: 'Le moyen de paiement est conservé : il règle aussi ce qui est dû par ailleurs, maintenant et plus tard.',
    underWay: 'Un paiement est en cours.',
    failed: 'Le dernier paiement n’a pas abouti.',
    quote: 'Référence à indiquer lors du paiement :',
    settled: 'Rien n’est à payer.',
    file: 'Télécharger le PDF',
  },
} satisfies Record<LanguageTag, Record<string, string>>

/** @param path of the page itself, for the link to its PDF */
export function invoicePage(language: LanguageTag, path: string, document: LinkedDocument): string {
  const { data } = document
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
    ...figures(language, data).map(({ name, minor }): [string, string] => [name, money(minor)]),
  ]
  const rows = facts.map(([name, value]) =>
    value === null ? html`` : html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )
  const instructions = html`${data.paymentInstructions !== '' && html`<p class="lines">${data.paymentInstructions}</p>`}
${data.paymentReference !== null && html`<p>${text.quote} <strong>${data.paymentReference}</strong></p>`}`
  const body = html`<main>
<h1>${title}</h1>
<dl>${rows}</dl>
${data.coupons.length > 0 && html`<p class="quiet">${coupons(language, data)}</p>`}
${data.dueMinor === 0 ? html`<p>${text.settled}</p>` : html`${paying(language, path, document)}${instructions}`}
<p><a href="${path}/pdf">${text.file}</a></p>
</main>`
  return pageText({ language, title, body })
}

interface Figure {
  name: string
  minor: number
}

/** They add up: lines after their discounts and without tax, to what is left to pay or where what is given back went. */
function figures(language: LanguageTag, data: LinkedDocument['data']): Figure[] {
  const text = words[language]
  const said = languages[language].documents
  const { totalMinor, taxMinor, creditedMinor, paidBackMinor } = data
  const settled =
    data.kind === 'credit_note'
      ? [
          { name: said.toInvoice, minor: creditedMinor },
          { name: said.paidBack, minor: paidBackMinor },
          { name: said.toBalance, minor: totalMinor - creditedMinor - paidBackMinor },
        ]
      : [
          { name: said.fromBalance, minor: -data.creditAppliedMinor },
          { name: said.credited, minor: -creditedMinor },
          { name: text.paid, minor: -data.paidMinor },
          { name: text.open, minor: data.dueMinor },
        ]
  return [
    ...data.lines.map(({ description, netMinor }) => ({ name: description, minor: netMinor })),
    { name: text.tax, minor: taxMinor },
    { name: text.total, minor: totalMinor },
    ...settled.filter(({ minor }) => minor !== 0),
  ]
}

function coupons(language: LanguageTag, { coupons: names }: LinkedDocument['data']): string {
  return formatTemplate(language, languages[language].documents.coupons, {
    count: names.length,
    names: new Intl.ListFormat(language, { type: 'unit' }).format(names),
  })
}

/** What waits for the payer, and what else can pay it. */
function paying(
  language: LanguageTag,
  path: string,
  { payment, waysToPay, isUnderWay, hasFailed }: LinkedDocument,
): Html {
  const text = words[language]
  const labels: Partial<Record<string, string>> = { card: text.card, phone: text.phone }
  const waits = payment !== null && html`<p><a href="${payment.url}">${text.pay}</a></p>`
  const buttons = waysToPay.map(
    ({ provider, kind }) =>
      html`<form method="post" action="${path}/pay?provider=${provider}&amp;kind=${kind}"><button>${labels[kind] ?? kind}</button></form>`,
  )
  return html`${hasFailed && html`<p>${text.failed}</p>`}${isUnderWay && html`<p>${text.underWay}</p>`}${waits}
${buttons.length > 0 && html`<p>${text.payBy}</p>${buttons}<p class="quiet">${text.kept}</p>`}`
}

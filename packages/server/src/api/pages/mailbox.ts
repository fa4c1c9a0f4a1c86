/**
 * The letters that a development server has kept instead of sending.
 *
 * Owns: showing them. Invariant: it is served only where a developer asked for it, and shows test environments alone;
 * a letter's HTML is shown as text, never run.
 */
import type { FastifyInstance } from 'fastify'
import type { Context } from '../../context.ts'
import { toIso } from '../../domain/time/instant.ts'
import type { LanguageTag } from '../../language/index.ts'
import { getLetter, listLetters } from '../../operations/deliveries/mailbox.ts'
import type { KeptLetter } from '../../operations/deliveries/mailbox.ts'
import { Refusal } from '../../refusal.ts'
import { html, pageText } from './html.ts'
import { sendPage } from './index.ts'

const words = {
  en: {
    title: 'Mailbox',
    lead: 'Letters of the test environment, kept here because no SMTP server is set.',
    empty: 'No letter yet.',
    from: 'From',
    to: 'To',
    sent: 'Sent',
    files: 'Files',
    back: 'All letters',
    source: 'HTML',
  },
  fr: {
    title: 'Boîte aux lettres',
    lead: 'Courriers de l’environnement de test, gardés ici faute de serveur SMTP.',
    empty: 'Aucun courrier pour l’instant.',
    from: 'De',
    to: 'À',
    sent: 'Envoyé',
    files: 'Fichiers',
    back: 'Tous les courriers',
    source: 'HTML',
  },
} satisfies Record<LanguageTag, Record<string, string>>

export function registerMailbox(app: FastifyInstance, ctx: Pick<Context, 'db'>): void {
  app.get('/mailbox', async (request, reply) => {
    const letters = await listLetters(ctx)
    return sendPage(request, reply, (language) => listPage(language, letters))
  })
  app.get<{ Params: { id: string } }>('/mailbox/:id', async (request, reply) => {
    const letter = await getLetter(ctx, request.params.id)
    if (letter === undefined) throw new Refusal('not_found')
    return sendPage(request, reply, (language) => letterPage(language, letter))
  })
}

function listPage(language: LanguageTag, letters: KeptLetter[]): string {
  const { title, lead, empty } = words[language]
  const rows = letters.map(
    ({ id, recipient, subject, sentAt }) =>
      html`<li><a href="/mailbox/${id}">${subject}</a> <span class="quiet">${recipient}, ${toIso(sentAt)}</span></li>`,
  )
  const list = rows.length === 0 ? html`<p>${empty}</p>` : html`<ul>${rows}</ul>`
  return pageText({ language, title, body: html`<main><h1>${title}</h1><p>${lead}</p>${list}</main>` })
}

function letterPage(language: LanguageTag, letter: KeptLetter): string {
  const { from, to, sent, files, back, source } = words[language]
  const entries = [
    [from, letter.sender],
    [to, letter.recipient],
    [sent, toIso(letter.sentAt)],
    ...(letter.attachments.length === 0 ? [] : [[files, letter.attachments.join(', ')]]),
  ] as [string, string][]
  const body = html`<main>
<p><a href="/mailbox">${back}</a></p>
<h1>${letter.subject}</h1>
<dl>${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<pre tabindex="0">${letter.text}</pre>
<details><summary>${source}</summary><pre tabindex="0">${letter.html}</pre></details>
</main>`
  return pageText({ language, title: letter.subject, body })
}

import type { Audience, LetterName } from '../../../domain/deliveries/letters.ts'
import { languages, type LanguageTag } from '../../../language/index.ts'
import type { Facts } from '../../../language/letters.ts'

export interface RenderedLetter {
  subject: string
  text: string
  html: string
}

/** A letter as it is sent: text, and the same as HTML without anything that is fetched. */
export function renderLetter(
  language: LanguageTag,
  name: LetterName,
  facts: Facts,
  options: { livemode: boolean; audience?: Audience },
): RenderedLetter {
  const { letters } = languages[language]
  const { subject, paragraphs, action } = letters.wordings[name](facts)
  const note = options.livemode ? [] : [letters.testNote]
  const link = action === undefined || facts.url === undefined ? null : { action, url: facts.url }
  const reader = options.audience === 'operator' ? facts.operator : facts.customer
  const before = [...note, letters.greeting(reader), ...paragraphs]
  const after = letters.closing(facts)
  const lines = link === null ? before : [...before, `${link.action}${letters.colon}${link.url}`]
  return {
    subject: oneLine(subject),
    text: `${[...lines, after].join('\n\n')}\n`,
    html: htmlOf(language, subject, { before, link, after }),
  }
}

/** The same for a chat: whom it concerns, what, and the first sentences. */
export function renderMessage(language: LanguageTag, name: LetterName, facts: Facts): string {
  const { subject, paragraphs } = languages[language].letters.wordings[name](facts)
  return [`*${forChat(facts.customer)}*: ${forChat(subject)}`, ...paragraphs.map(forChat)].join('\n')
}

/** Of an event that has no words of its own. */
export const renderPlainMessage = (customer: string | null, type: string): string =>
  customer === null ? `\`${type}\`` : `*${forChat(customer)}*: \`${type}\``

function htmlOf(
  language: LanguageTag,
  subject: string,
  { before, link, after }: { before: string[]; link: { action: string; url: string } | null; after: string },
): string {
  // an account or an address has lines
  const paragraphs = before.map((text) => `<p>${escapeHtml(text).replaceAll('\n', '<br>')}</p>`)
  if (link !== null)
    paragraphs.push(`<p><a href="${escapeHtml(link.url)}">${escapeHtml(link.action)}</a></p>`)
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>
<body style="font:16px/1.5 sans-serif;margin:0 auto;padding:1rem;max-width:36rem">
${paragraphs.join('\n')}
<p>${escapeHtml(after)}</p>
</body>
</html>
`
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => entities[character] as string)

/** What a chat would read as a mention or a link. */
const forChat = (text: string): string =>
  text.replaceAll(/[&<>]/g, (character) => entities[character] as string)

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

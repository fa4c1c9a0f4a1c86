/** Writes XML. Owns escaping, so that nothing that somebody typed can break a document. */

/** A finished element. Only `element` makes one, so that text can't be taken for it. */
export interface Xml {
  readonly markup: string
}

type Content = string | readonly (Xml | null)[]

/** A string is text and gets escaped; of a list, what is null is left out. */
export function element(name: string, content: Content, attributes: Record<string, string> = {}): Xml {
  const head = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
  const inner =
    typeof content === 'string' ? escapeXml(content) : content.map((one) => one?.markup ?? '').join('')
  return { markup: `<${name}${head.join('')}>${inner}</${name}>` }
}

export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.markup}\n`
}

// what XML 1.0 can't hold, not even escaped: controls, halves of surrogate pairs, two that are no characters
const impossible = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu
const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Whether nothing of it would be seen. */
export function isBlank(text: string | null | undefined): boolean {
  return (text ?? '').replace(impossible, '').trim() === ''
}

/** For those who write XML without escaping. */
export function withoutMarkup(text: string): string {
  return text.replace(impossible, '').replace(/[&<>]/g, ' ')
}

export function escapeXml(text: string): string {
  return text.replace(impossible, '').replace(/[&<>"]/g, (character) => escapes[character] ?? character)
}

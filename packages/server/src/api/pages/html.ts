/** Text that is safe to stand in HTML. */
export interface Html {
  readonly html: string
}

type Part = Html | string | number | undefined | false | readonly Part[]

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function render(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') {
    return String(part).replaceAll(/[&<>"']/g, (character) => escapes[character] as string)
  }
  return 'html' in part ? part.html : part.map(render).join('')
}

/**
 * A template whose values are escaped, unless they are HTML themselves.
 *
 * @example html`<p>${text}</p>`
 */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  let written = texts[0] as string
  for (const [index, part] of parts.entries()) written += render(part) + (texts[index + 1] as string)
  return { html: written }
}

/** `code` in back quotes becomes code; the rest is escaped. */
export function prose(text: string): Html[] {
  return text
    .split('`')
    .map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`))
}

export interface Page {
  language: string
  title: string
  body: Html
}

export function pageText({ language, title, body }: Page): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
${body}
</body>
</html>
`.html
}

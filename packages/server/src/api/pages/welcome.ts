import { languages } from '../../language/index.ts'
import type { LanguageTag } from '../../language/index.ts'
import { html, pageText } from './html.ts'

export function welcomePage(language: LanguageTag, url: string): string {
  const words = languages[language].welcome
  const body = html`<main>
<h1>${words.title}</h1>
<p>${words.lead}</p>
<ul>
<li><a href="/docs">${words.reference}</a></li>
<li><a href="/openapi.json">${words.openapi}</a></li>
<li><a href="/llms.txt">${words.llms}</a></li>
<li><a href="/readyz">${words.health}</a></li>
</ul>
<p>${words.tryIt}</p>
<pre tabindex="0"><code>curl ${url}/v1/environment -H "Authorization: Bearer $TOLLKEEPER_KEY"</code></pre>
</main>`
  return pageText({ language, title: words.title, body })
}

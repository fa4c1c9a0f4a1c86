import { errorCodes } from '@tollkeeper/contract'
import type { ErrorCode } from '@tollkeeper/contract'
import { formatTemplate } from '../../language/format.ts'
import { languages } from '../../language/index.ts'
import type { LanguageTag } from '../../language/index.ts'
import { inputSchema, outputSchema } from '../json-schema.ts'
import { calls } from '../routes.ts'
import type { Call } from '../routes.ts'
import { exampleOf, fieldsOf } from './fields.ts'
import type { Field, Schema } from './fields.ts'
import { html, pageText, prose } from './html.ts'
import type { Html } from './html.ts'

/** The whole reference as one page: searchable with the browser, printable, readable without scripts. */
export function referencePage(language: LanguageTag): string {
  const words = languages[language].reference
  const nouns = [...new Set(calls.map(({ noun }) => noun))]
  const body = html`<a class="skip" href="#content">${words.skip}</a>
<nav aria-label="${words.calls}">
<p><a href="/"><strong>Tollkeeper</strong></a></p>
${nouns.map((noun) => navigationOf(noun))}
<ul><li><a href="#errors">${words.errors}</a></li></ul>
</nav>
<main id="content">
<h1>${words.title}</h1>
${words.introduction.map((paragraph) => html`<p>${prose(paragraph)}</p>`)}
<p><a href="/openapi.json">OpenAPI 3.1</a> · <a href="/llms.txt">llms.txt</a></p>
${nouns.map((noun) => html`<h2 id="${noun}">${titleOf(noun)}</h2>${ofNoun(noun).map((call) => section(call, language))}`)}
<h2 id="errors">${words.errors}</h2>
<p>${prose(words.errorsIntroduction)}</p>
<dl>${(Object.keys(errorCodes) as ErrorCode[]).map((code) => errorEntry(code, language))}</dl>
</main>`
  return pageText({ language, title: `Tollkeeper: ${words.title}`, body }).replace(
    '<body>',
    '<body class="reference">',
  )
}

const ofNoun = (noun: string): Call[] => calls.filter((call) => call.noun === noun)

/** `testClocks` → `Test clocks`. */
function titleOf(noun: string): string {
  const words = noun.replaceAll(/([A-Z])/g, ' $1').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function navigationOf(noun: string): Html {
  const links = ofNoun(noun).map(
    ({ name, endpoint }) => html`<li><a href="#${name}">${endpoint.summary}</a></li>`,
  )
  return html`<details open><summary>${titleOf(noun)}</summary><ul>${links}</ul></details>`
}

function section({ name, endpoint }: Call, language: LanguageTag): Html {
  const words = languages[language].reference
  const { method, path, summary, description, params, query, body, response, stream } = endpoint
  const notes = [
    html`${words.scope} <code>${endpoint.scope}</code>`,
    endpoint.publishable === true && html` · ${words.publishable}`,
    endpoint.testOnly === true && html` · ${words.testOnly}`,
    endpoint.idempotency !== 'natural' && html` · <code>Idempotency-Key</code>`,
  ]
  return html`<section class="call" id="${name}" aria-labelledby="${name}-title">
<h3 id="${name}-title">${summary}</h3>
<p class="line"><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></p>
${description !== undefined && html`<p>${prose(description)}</p>`}
<p class="quiet">${notes}</p>
${fieldTable(words.path, params === undefined ? [] : fieldsOf(inputSchema(params) as Schema), words.required)}
${fieldTable(words.query, query === undefined ? [] : fieldsOf(inputSchema(query) as Schema), words.required)}
${fieldTable(words.body, body === undefined ? [] : fieldsOf(inputSchema(body) as Schema), words.required)}
<pre tabindex="0" aria-label="${words.example}"><code>${curlOf(name, endpoint)}</code></pre>
${fieldTable(words.answer(statusesOf(endpoint)), stream === true ? [] : fieldsOf(outputSchema(response) as Schema), '')}
</section>`
}

const statusesOf = ({ status = 200, mayTakeLong = false }: Call['endpoint']): string =>
  mayTakeLong ? `${String(status)}, 202` : String(status)

function fieldTable(title: string, fields: Field[], required: string): Html | undefined {
  if (fields.length === 0) return undefined
  return html`<h4>${title}</h4><dl>${fields.map(
    (field) =>
      html`<div><dt><code>${field.name}</code> <span class="quiet">${field.type}</span>${
        field.required && required !== '' && html` <strong class="quiet">${required}</strong>`
      }</dt>${field.description !== undefined && html`<dd>${prose(field.description)}</dd>`}</div>`,
  )}</dl>`
}

function curlOf(name: string, { method, path, params, body, stream }: Call['endpoint']): string {
  const values = (params === undefined ? {} : exampleOf(inputSchema(params) as Schema)) as Record<
    string,
    unknown
  >
  // ids of ours differ from those of the caller's own
  const prefixed: Record<string, string> = {
    keys: 'key_test_…',
    subscriptions: 'sub_test_…',
    testClocks: 'clock_test_…',
  }
  const noun = name.split('.')[0] ?? ''
  const address = path.replaceAll(/\{(\w+)\}/g, (_match, parameter: string) =>
    parameter === 'id' && prefixed[noun] !== undefined
      ? prefixed[noun]
      : String(values[parameter] ?? parameter),
  )
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}"$TOLLKEEPER_URL${address}"`]
  if (stream === true) lines[0] += ' -N'
  lines.push('-H "Authorization: Bearer $TOLLKEEPER_KEY"')
  if (body !== undefined) {
    lines.push('-H "Content-Type: application/json"')
    lines.push(`-d '${JSON.stringify(exampleOf(inputSchema(body) as Schema)).replaceAll("'", "'\\''")}'`)
  }
  return lines.join(' \\\n  ')
}

function errorEntry(code: ErrorCode, language: LanguageTag): Html {
  const { title, detail } = languages[language].errors[code]
  return html`<div id="${code}"><dt><code>${code}</code> <span class="quiet">${errorCodes[code].status}</span></dt>
<dd><strong>${title}.</strong> ${formatTemplate(language, detail, exampleValues)}</dd></div>`
}

/** The name of a value stands for it. */
const exampleValues = Object.fromEntries(
  [
    'limit',
    'allowed',
    'scope',
    'origin',
    'plan',
    'addOn',
    'feature',
    'customer',
    'member',
    'subscription',
    'status',
  ]
    .concat(['grant', 'kind', 'reservation', 'lease', 'testClock', 'key'])
    .map((name) => [name, `<${name}>`]),
)

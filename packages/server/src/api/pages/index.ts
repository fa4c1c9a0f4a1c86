/**
 * Pages for people, and the API's description for programs: /, /docs, /openapi.json, /llms.txt.
 *
 * Owns: serving them. Invariant: everything comes from this process: no script, no font, no other host.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { chooseLanguage } from '../../language/index.ts'
import type { LanguageTag } from '../../language/index.ts'
import { llmsText, openApiDocument } from '../openapi.ts'
import { referencePage } from './reference.ts'
import { styleText } from './style.ts'
import { welcomePage } from './welcome.ts'

const policyOf = (formAction: string) =>
  `default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`

export function registerPages(app: FastifyInstance): void {
  const references = new Map<LanguageTag, string>()
  let openApi: string | undefined

  app.get('/', (request, reply) =>
    sendPage(request, reply, (language) => welcomePage(language, `${request.protocol}://${request.host}`)),
  )
  app.get('/docs', (request, reply) =>
    sendPage(request, reply, (language) => {
      const known = references.get(language)
      if (known !== undefined) return known
      const page = referencePage(language)
      references.set(language, page)
      return page
    }),
  )
  app.get('/docs.css', (_request, reply) => sendFile(reply, 'text/css', styleText))
  app.get('/llms.txt', (_request, reply) => sendFile(reply, 'text/plain', llmsText()))
  app.get('/openapi.json', (_request, reply) => {
    openApi ??= `${JSON.stringify(openApiDocument(), null, 2)}\n`
    return sendFile(reply, 'application/json', openApi)
  })
  app.get('/favicon.ico', (_request, reply) => reply.code(204).send())
}

export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  page: (language: LanguageTag) => string,
  {
    language = chooseLanguage(request.headers['accept-language']),
    hasForms = false,
  }: { language?: LanguageTag; hasForms?: boolean } = {},
): FastifyReply {
  return reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      vary: 'Origin, Accept-Language',
      'cache-control': 'no-cache',
      // a form may lead on to a page of somebody else's: a browser asks for that, too
      'content-security-policy': policyOf(hasForms ? '*' : "'none'"),
    })
    .send(page(language))
}

function sendFile(reply: FastifyReply, type: string, text: string): FastifyReply {
  return reply.headers({ 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' }).send(text)
}

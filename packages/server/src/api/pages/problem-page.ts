import type { LanguageTag } from '../../language/index.ts'
import type { Problem } from '../problem.ts'
import { html, pageText } from './html.ts'

/** What went wrong, for people: the sentences that a program gets, and the number to ask about. */
export const problemPage = (
  language: LanguageTag,
  { title, detail, requestId }: Pick<Problem, 'title' | 'detail' | 'requestId'>,
): string =>
  pageText({
    language,
    title,
    body: html`<main><h1>${title}</h1><p>${detail}</p><p><small>${requestId}</small></p></main>`,
  })

import type { endpoints } from '@tollkeeper/contract'
import type { LanguageTag } from '../language/index.ts'
import { importCustomers, type ImportResult } from '../operations/imports/create.ts'
import type { Refusal } from '../refusal.ts'
import type { Handlers } from './handler.ts'
import { problemOf } from './problem.ts'

export const importRoutes = {
  create: async ({ body, language }, ctx) => {
    const items = body.customers.map(({ id, ...fields }) => ({ ...fields, key: id }))
    const results = await importCustomers(ctx, items)
    const count = (status: ImportResult['status']) => results.filter((each) => each.status === status).length
    return {
      object: 'import' as const,
      livemode: ctx.environment.mode === 'live',
      imported: count('imported'),
      unchanged: count('unchanged'),
      failed: count('failed'),
      results: results.map(({ refusal, ...each }) => ({
        ...each,
        error: refusal === null ? null : presentRefusal(refusal, language),
      })),
    }
  },
} satisfies Handlers<typeof endpoints.imports>

function presentRefusal(refusal: Refusal, language: LanguageTag) {
  const { code, title, detail, param } = problemOf(refusal, language, '')
  return { code, title, detail, param: param ?? null }
}

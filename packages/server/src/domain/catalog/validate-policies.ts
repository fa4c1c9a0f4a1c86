import type { PoliciesDefinition } from '@tollkeeper/contract'
import { validateCurrencies, type Scope } from './validation-scope.ts'

export function validatePolicies(scope: Scope, path: string, policies: PoliciesDefinition): void {
  const { add } = scope
  const { retries, dunning, failure = {} } = policies
  if (!ascends(retries?.afterDays ?? [], true))
    add(`${path}.retries.afterDays`, 'Write each day once, ascending, such as [1, 3, 5]')
  validateCurrencies(scope, `${path}.failure.negligible`, Object.keys(failure.negligible ?? {}))
  if (dunning === undefined) return
  if (
    !ascends(
      dunning.steps.map(({ afterDays }) => afterDays),
      false,
    )
  )
    add(`${path}.dunning.steps`, 'Write the steps in their order: ascending by afterDays')
  for (const field of ['graceDays', 'access', 'cancelAfterDays'] as const) {
    if (failure[field] === undefined) continue
    add(
      `${path}.failure.${field}`,
      'The steps of dunning say what happens and when. Leave this out, or leave dunning out',
    )
  }
}

function ascends(days: readonly number[], strictly: boolean): boolean {
  return days.every((day, index) => {
    const before = days[index - 1]
    return before === undefined || day > before || (!strictly && day === before)
  })
}

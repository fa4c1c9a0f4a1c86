import { touch } from '../../domain/usage/fold.ts'
import type { BalanceChanges } from '../../domain/usage/model.ts'
import type { CustomerDraft } from './draft.ts'

/** Puts what a settlement or a give-back decided into the draft, so that later commands of the batch see it. */
export function mergeChanges(draft: CustomerDraft, changes: BalanceChanges): void {
  for (const grant of [...changes.insertGrants, ...changes.updateGrants]) {
    const known = draft.usage?.grants.find((each) => each.number === grant.number)
    if (known !== undefined) Object.assign(known, grant)
  }
  const inDraft = (number: number) => draft.usage?.grants.find((each) => each.number === number)
  for (const grant of changes.updateGrants) touch(draft.changes.updateGrants, inDraft(grant.number) ?? grant)
  for (const movement of changes.movements)
    draft.changes.movements.push({ ...movement, grant: inDraft(movement.grant.number) ?? movement.grant })
  for (const window of changes.windows) {
    const known = draft.windows.find(
      (each) =>
        each.feature === window.feature &&
        each.member === window.member &&
        each.windowStart === window.windowStart,
    )
    if (known !== undefined) Object.assign(known, window)
    touch(draft.changes.windows, known ?? window)
  }
  draft.changes.events.push(...changes.events)
}

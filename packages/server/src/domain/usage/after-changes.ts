import type { CustomerUsage } from '../customers/state.ts'
import type { BalanceChanges } from './model.ts'

/** Usage as it would be read again once the changes are saved. */
export function afterChanges(usage: CustomerUsage, changes: BalanceChanges): CustomerUsage {
  const updated = new Map(
    [...changes.updateGrants, ...changes.insertGrants].map((grant) => [grant.id, grant]),
  )
  const holds = new Map(changes.holds.map((hold) => [hold.id, hold]))
  const known = new Set(usage.grants.map(({ id }) => id))
  // a row that is there has a number
  const inserted = changes.insertGrants
    .filter(({ id }) => !known.has(id))
    .map((grant, index) => ({ ...grant, number: -1 - usage.grants.length - index }))
  return {
    balances: changes.balances,
    grants: [...usage.grants.map((grant) => updated.get(grant.id) ?? grant), ...inserted].filter(
      ({ closedAt }) => closedAt === null,
    ),
    holds: usage.holds.map((hold) => holds.get(hold.id) ?? hold).filter(({ status }) => status === 'open'),
  }
}

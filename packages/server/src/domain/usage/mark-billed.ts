import type { BalanceChanges } from './model.ts'

/** All use so far belongs to terms that are over: on an invoice, or free. What comes later is told apart from it. */
export function markBilled(changes: BalanceChanges): BalanceChanges {
  const billed = <Counter extends { used: number; billed: number }>(counter: Counter): Counter => ({
    ...counter,
    billed: counter.used,
  })
  return { ...changes, balances: changes.balances.map(billed), windows: changes.windows.map(billed) }
}

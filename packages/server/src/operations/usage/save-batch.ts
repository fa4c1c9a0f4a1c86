/** Writes what a batch decided, in the order of the locks: balances, then keys, then the rest. */
import type { DomainEvent } from '../../domain/events.ts'
import type { Transaction } from '../../store/database/pool.ts'
import { saveBalances, saveWindows } from '../../store/balances.ts'
import { saveStretches } from '../../store/closed-stretches.ts'
import { appendEvents } from '../../store/events.ts'
import { saveGrants } from '../../store/grants.ts'
import { saveHolds } from '../../store/holds.ts'
import { insertOverage, insertUsageEvents, markReturned } from '../../store/usage/events.ts'
import { insertUsageKeys } from '../../store/usage/keys.ts'
import type { BatchWrites, CustomerDraft } from './draft.ts'
import type { BatchContext } from './second-gear.ts'
import { nameUsageEvents } from './usage-events.ts'

/** A key of this batch was bound meanwhile by a first gear that doesn't lock heads: everything is decided again. */
export class KeyTakenMeanwhile extends Error {}

export async function saveBatch(
  ctx: BatchContext,
  tx: Transaction,
  drafts: CustomerDraft[],
  writes: BatchWrites,
): Promise<void> {
  const environment = ctx.environment.id
  const balances = drafts.flatMap((draft) =>
    [...draft.touched].map((balance) => ({ ...balance, environment, customer: draft.customer })),
  )
  const sent: Promise<unknown>[] = [
    saveBalances(tx, balances),
    insertUsageKeys(tx, environment, writes.keys).then((inserted) => {
      if (inserted !== writes.keys.length) throw new KeyTakenMeanwhile()
    }),
    insertUsageEvents(tx, environment, writes.events),
    insertOverage(tx, environment, writes.overage),
    saveHolds(
      tx,
      writes.holds.map((hold) => ({ ...hold, environment })),
    ),
    ...writes.returned.map(({ event, returned }) => markReturned(tx, environment, event, returned)),
  ]
  for (const draft of drafts) {
    const { changes, customer, recordedAt } = draft
    sent.push(saveGrants(tx, environment, customer, changes, recordedAt))
    sent.push(saveWindows(tx, environment, customer, changes.windows))
    const stretches = (draft.stretches ?? []).filter((each) => !draft.stretchesRead.includes(each))
    if (stretches.length > 0) sent.push(tx.query(saveStretches(environment, customer, stretches)))
  }
  await Promise.all(sent)
  for (const draft of drafts) {
    if (draft.changes.events.length === 0) continue
    const events: DomainEvent[] = await nameUsageEvents(ctx, tx, draft.changes.events, draft.entitlements)
    await appendEvents(tx, environment, draft.customer, events, draft.recordedAt)
  }
}

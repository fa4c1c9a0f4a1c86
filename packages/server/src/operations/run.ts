import type { AskedBy, Context, Environment, OperationContext } from '../context.ts'
import { transaction } from '../store/database/transaction.ts'
import { hintEvents } from '../store/events.ts'

/**
 * One operation in one transaction: commits what it did, or nothing. A deadlock runs it again from the start.
 * Readers of events are told at the commit, unless it only reads.
 */
export function runOperation<T>(
  context: Context & { request?: AskedBy | undefined },
  who: { environment: Environment; actor: string; readOnly?: boolean },
  operation: (ctx: OperationContext) => Promise<T>,
): Promise<T> {
  const { environment, actor, readOnly = false } = who
  return transaction(
    context.db,
    async (tx) => {
      const result = await operation({ ...context, tx, environment, actor })
      if (!readOnly) await hintEvents(tx, environment.id)
      return result
    },
    { readOnly },
  )
}

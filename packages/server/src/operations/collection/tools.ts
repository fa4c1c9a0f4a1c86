import type { OperationContext } from '../../context.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import type { CustomerChange } from '../../domain/customers/state.ts'
import type { ModuleVersions } from '../../domain/dunning/modules.ts'
import type { NewId } from '../../domain/invoices/documents.ts'
import { applyPaidEffects } from '../../domain/payments/paid-effects.ts'
import { idsOf, type Decision } from '../customers/command.ts'
import { moduleVersions } from './module-versions.ts'

export interface CollectionTools {
  newId: NewId
  versions: ModuleVersions
}

/** What decisions on payments need beside the state: new ids, and the add-on versions that they may switch on. */
export async function collectionTools(ctx: OperationContext, state: CustomerState): Promise<CollectionTools> {
  return { newId: idsOf(ctx), versions: await moduleVersions(ctx, state) }
}

/** A change with what its payments set in motion, as a decision on the customer. */
export function withPaidEffects(
  ctx: OperationContext,
  before: CustomerState,
  change: CustomerChange,
  tools: CollectionTools,
): Decision {
  const { change: next, grants } = applyPaidEffects(before, change, { ...tools, newId: idsOf(ctx) })
  if (grants.length === 0) return next
  return {
    ...next,
    usage: (usage) => ({ ...usage, grants: [...usage.grants, ...grants] }),
    grantsChanged: true,
  }
}

import type { OperationContext } from '../../context.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import type { ModuleVersions } from '../../domain/dunning/modules.ts'
import type { NewId } from '../../domain/invoices/documents.ts'
import { idsOf } from '../customers/command.ts'
import { moduleVersions } from './module-versions.ts'

export interface CollectionTools {
  newId: NewId
  versions: ModuleVersions
}

/** What decisions on payments need beside the state: new ids, and the add-on versions that they may switch on. */
export async function collectionTools(ctx: OperationContext, state: CustomerState): Promise<CollectionTools> {
  return { newId: idsOf(ctx), versions: await moduleVersions(ctx, state) }
}

import type { OperationContext } from '../../context.ts'
import { removeOverride, setOverride, type SetOverride } from '../../domain/customers/overrides.ts'
import type { CustomerState, Override } from '../../domain/customers/state.ts'
import { Refusal } from '../../refusal.ts'
import { changeCustomer } from '../customers/command.ts'

/** In force with its answer: balances follow in the same transaction. See `setOverride` of the domain. */
export function putOverride(
  ctx: OperationContext,
  customer: string,
  command: SetOverride,
): Promise<CustomerState> {
  return changeCustomer(ctx, customer, (state) => setOverride(state, command))
}

/** @throws Refusal `override_not_found` */
export function deleteOverride(
  ctx: OperationContext,
  customer: string,
  feature: string,
): Promise<CustomerState> {
  return changeCustomer(ctx, customer, (state) => removeOverride(state, feature, ctx.actor))
}

/** @throws Refusal `override_not_found` */
export function findOverride(state: CustomerState, featureKey: string): Override {
  const feature = state.catalog.features.find((each) => each.key === featureKey)
  const found = state.overrides.find((each) => each.feature === feature?.id)
  if (found !== undefined) return found
  throw new Refusal('override_not_found', { param: 'featureId', values: { feature: featureKey } })
}

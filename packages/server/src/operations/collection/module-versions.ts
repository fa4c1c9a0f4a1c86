import type { OperationContext } from '../../context.ts'
import type { AddOnVersion, BundleVersion, PlanVersion } from '../../domain/catalog/model.ts'
import type { SwitchedOff } from '../../domain/customers/money.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import type { ModuleVersions } from '../../domain/dunning/modules.ts'
import { effectsOf } from '../../domain/payments/drop-orders.ts'

/** The versions that a payment may switch on: of what dunning switched off, and of what is ordered. */
export async function moduleVersions(
  { catalogs, tx }: OperationContext,
  { standing, money }: CustomerState,
): Promise<ModuleVersions> {
  const addOns = new Map<string, AddOnVersion>()
  const bundles = new Map<string, BundleVersion>()
  const plans = new Map<string, PlanVersion>()
  const effects = [...(money?.effects.values() ?? [])].flatMap(effectsOf)
  for (const effect of effects) {
    if (effect.type !== 'buy_again') continue
    const { item, version } = effect.plan
    plans.set(nameOf(item, version), await catalogs.plan(item, version, tx))
  }
  const ordered = effects.flatMap(orderedModules)
  for (const { item, version, quantity } of [...standing.modules, ...ordered]) {
    if (quantity === null) bundles.set(nameOf(item, version), await catalogs.bundle(item, version, tx))
    else addOns.set(nameOf(item, version), await catalogs.addOn(item, version, tx))
  }
  return {
    addOn: (item, version) => addOns.get(nameOf(item, version)) ?? null,
    bundle: (item, version) => bundles.get(nameOf(item, version)) ?? null,
    plan: (item, version) => plans.get(nameOf(item, version)) ?? null,
  }
}

function orderedModules(effect: ReturnType<typeof effectsOf>[number]): Omit<SwitchedOff, 'endsAt'>[] {
  if (effect.type === 'activate' || effect.type === 'discounts') return []
  if (effect.type === 'buy_again') {
    return [...effect.addOns, ...effect.bundles.map((each) => ({ ...each, quantity: null }))]
  }
  const { version } = effect
  return effect.type === 'bundle'
    ? [{ item: effect.bundle, version, quantity: null }]
    : [{ item: effect.addOn, version, quantity: 1 }]
}

const nameOf = (item: number, version: number) => `${String(item)} ${String(version)}`

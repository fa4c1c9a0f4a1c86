import type { OperationContext } from '../../context.ts'
import type { AddOnVersion, BundleVersion } from '../../domain/catalog/model.ts'
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
  const ordered = [...(money?.effects.values() ?? [])].flatMap(effectsOf).flatMap((effect) => {
    if (effect.type === 'activate') return []
    const { version } = effect
    return effect.type === 'bundle'
      ? { item: effect.bundle, version, quantity: null }
      : { item: effect.addOn, version, quantity: 1 }
  })
  for (const { item, version, quantity } of [...standing.modules, ...ordered]) {
    if (quantity === null) bundles.set(nameOf(item, version), await catalogs.bundle(item, version, tx))
    else addOns.set(nameOf(item, version), await catalogs.addOn(item, version, tx))
  }
  return {
    addOn: (item, version) => addOns.get(nameOf(item, version)) ?? null,
    bundle: (item, version) => bundles.get(nameOf(item, version)) ?? null,
  }
}

const nameOf = (item: number, version: number) => `${String(item)} ${String(version)}`

import type { OperationContext } from '../../context.ts'
import type { AddOnVersion } from '../../domain/catalog/model.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import type { AddOnVersions } from '../../domain/dunning/standing.ts'
import { effectsOf } from '../../domain/payments/drop-orders.ts'

/** The add-on versions that a payment may switch on: those that dunning switched off, and those that are ordered. */
export async function addOnVersions(
  { catalogs, tx }: OperationContext,
  state: CustomerState,
): Promise<AddOnVersions> {
  const wanted = [
    ...state.standing.addOns,
    ...[...(state.money?.effects.values() ?? [])]
      .flatMap(effectsOf)
      .flatMap((effect) =>
        effect.type === 'activate' ? [] : { item: effect.addOn, version: effect.version },
      ),
  ]
  const versions = new Map<string, AddOnVersion>()
  for (const { item, version } of wanted) {
    versions.set(`${String(item)} ${String(version)}`, await catalogs.addOn(item, version, tx))
  }
  return (item, version) => versions.get(`${String(item)} ${String(version)}`) ?? null
}

import type { AddOnVersion, BundleVersion, Catalog, PlanVersion } from '../catalog/model.ts'

/** More of what the plan itself counts belongs to its quota, and comes and goes with it: that is no module. */
export function raisesQuota(plan: PlanVersion, { allowances }: AddOnVersion): boolean {
  return (
    allowances.length > 0 &&
    allowances.every(
      ({ feature, value }) => value === null && plan.allowances.some((each) => each.feature === feature),
    )
  )
}

/** A bundle of nothing else. */
export function raisesQuotaAlone(
  catalog: Pick<Catalog, 'addOns'>,
  plan: PlanVersion,
  bundle: BundleVersion,
): boolean {
  const covered = catalog.addOns.filter(({ key }) => bundle.addOns.includes(key))
  return covered.length > 0 && covered.every((addOn) => raisesQuota(plan, addOn))
}

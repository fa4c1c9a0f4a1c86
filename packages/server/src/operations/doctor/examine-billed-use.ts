import type { Context, Environment } from '../../context.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import {
  checkChargedUse,
  checkUseGap,
  countedFeatures,
  findUseGaps,
  tellLost,
  type UseFacts,
} from '../../domain/doctor/billed-use.ts'
import type { Finding } from '../../domain/doctor/model.ts'
import type { Queryable } from '../../store/database/pool.ts'
import {
  loadBilledUse,
  loadClosedStretches,
  loadFreeUse,
  loadLostOverage,
} from '../../store/doctor/billed-use.ts'
import type { Page } from '../../store/doctor/books.ts'

/** What is charged afterwards: as windows, closed stretches and lines say it. */
export async function examineBilledUse(
  tx: Queryable,
  { catalogs, environment }: Pick<Context, 'catalogs'> & { environment: Environment },
  states: ReadonlyMap<number, CustomerState>,
): Promise<Finding[]> {
  const page: Page = { environment: environment.id, customers: [...states.keys()] }
  const stretches = await loadClosedStretches(tx, catalogs, page)
  const stretchesOf = (customer: number) => stretches.get(customer) ?? []
  const counted = new Set(
    [...states].flatMap(([id, { catalog, subscriptions }]) =>
      [...subscriptions, ...stretchesOf(id)].flatMap((terms) => countedFeatures(catalog, terms)),
    ),
  )
  const billed = await loadBilledUse(
    tx,
    page,
    [...counted].map(({ id }) => id),
  )
  const known = [...states].map(([id, state]): [CustomerState, UseFacts] => [
    state,
    { stretches: stretchesOf(id), ...billed(id) },
  ])
  const gaps = known.flatMap(([state, facts]) => findUseGaps(state, facts))
  const free = await loadFreeUse(tx, environment.id, gaps)
  return [
    ...(await loadLostOverage(tx, page)).map(tellLost),
    ...known.flatMap(([state, facts]) => checkChargedUse(state, facts)),
    ...gaps.flatMap((gap, place) => checkUseGap(gap, free[place] ?? { amount: 0, back: 0 })),
  ]
}

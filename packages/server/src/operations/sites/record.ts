import type { OperationContext } from '../../context.ts'
import { PERSONAL } from '../../domain/audit/changes.ts'
import type { Fields } from '../../domain/audit/model.ts'
import type { Site } from '../../domain/sites/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { recordChange } from '../audit/record.ts'

/** Writes down what somebody said of a customer's site; null: there is none. Its address tells whose it is, and is not told. */
export function recordSite(
  ctx: OperationContext,
  of: { customer: number; occurredAt: Instant },
  before: Site | null,
  after: Site | null,
): Promise<void> {
  const differing = (['url', 'quantity', 'hour'] as const).filter(
    (field) => before?.[field] !== after?.[field],
  )
  const told = (site: Site | null): Record<string, Fields> =>
    site === null
      ? {}
      : {
          site: Object.fromEntries(
            differing.map((field) => [field, field === 'url' ? PERSONAL : site[field]]),
          ),
        }
  return recordChange(ctx, { before: told(before), after: told(after) }, of)
}

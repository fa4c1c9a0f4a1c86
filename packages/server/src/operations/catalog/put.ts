/**
 * Replacing the catalog, the one way to change it: a change of one plan is the catalog with that plan changed.
 *
 * Owns: the order of lock, comparison and save; the events. Does not own: the rules (`domain/catalog/`), the rows.
 * Invariant: puts follow one another, each compared with what the one before has left.
 */
import type { CatalogDefinition } from '@tollkeeper/contract'
import type { OperationContext } from '../../context.ts'
import { type CatalogChange, diffCatalog, droppedItems, reachOf } from '../../domain/catalog/diff.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import { type CatalogContent, normaliseCatalog } from '../../domain/catalog/normalise.ts'
import type { Told } from '../../domain/audit/model.ts'
import type { DomainEvent } from '../../domain/events.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { Refusal } from '../../refusal.ts'
import { loadCatalog, loadUsedItems, lockCatalog, lockItems, saveCatalog } from '../../store/catalog.ts'
import { type Affected, loadAffected } from '../../store/catalog-affected.ts'
import { startSpread } from '../../store/catalog-spread.ts'
import { appendEvents } from '../../store/events.ts'
import { recordChange } from '../audit/record.ts'
import { invalidCatalog, readCatalog } from './read.ts'

export interface CatalogResult {
  applied: boolean
  revision: number
  changes: CatalogChange[]
  affected: Affected[]
}

export interface CatalogGuard {
  /** Of the catalog that the caller has seen. */
  expectedRevision?: number | undefined
}

/** @throws Refusal `catalog_invalid`, `catalog_revision`, `catalog_unconfirmed` */
export async function putCatalog(
  ctx: OperationContext,
  input: unknown,
  guard: CatalogGuard = {},
): Promise<CatalogResult> {
  const definition = readCatalog(input)
  await lockCatalog(ctx.tx, ctx.environment.id, ctx.clock.now())
  return applyCatalog(ctx, definition, guard)
}

/** For a caller that has the catalog's lock, and a definition without problems of its own. */
export async function applyCatalog(
  ctx: OperationContext,
  definition: CatalogDefinition,
  guard: CatalogGuard = {},
): Promise<CatalogResult> {
  const { tx, environment } = ctx
  const current = await loadCatalog(tx, environment.id)
  refuseOtherRevision(current, guard)
  const content = normaliseCatalog(definition)
  const dropped = droppedItems(current, content)
  if (dropped.length > 0) await lockItems(tx, dropped)
  const changes = await compare(ctx, current, content)
  if (content.plans.length === 0 && guard.expectedRevision === undefined)
    await requireUnused(ctx, current, content, changes)
  return saveChanges(ctx, definition, changes, current, content)
}

/**
 * A file that was read wrong must not end every plan: what leaves none, while somebody has one, names the revision.
 *
 * @throws Refusal `catalog_unconfirmed`
 */
async function requireUnused(
  { tx, environment }: OperationContext,
  current: Catalog,
  content: CatalogContent,
  changes: CatalogChange[],
): Promise<void> {
  const affected = await loadAffected(tx, environment.id, current, content, changes)
  const customers = affected
    .filter(({ noun }) => noun === 'plan')
    .reduce((sum, each) => sum + each.customers, 0)
  if (customers === 0) return
  const { revision } = current
  throw new Refusal('catalog_unconfirmed', { param: 'expectedRevision', values: { customers, revision } })
}

/** Saves, announces, and has this process ask for the new revision. */
export async function saveChanges(
  ctx: OperationContext,
  definition: CatalogDefinition,
  changes: CatalogChange[],
  current: Catalog,
  content: CatalogContent,
): Promise<CatalogResult> {
  const { tx, environment } = ctx
  const now = ctx.clock.now()
  const affected = await loadAffected(tx, environment.id, current, content, changes)
  const revision = await saveCatalog(tx, environment.id, definition, changes, now)
  if (changes.length > 0) {
    await appendEvents(tx, environment.id, 0, eventsOf(changes, revision, now), now)
    await recordChange(ctx, toldOf(changes))
    const reach = reachOf(changes, content)
    if (reach !== 'nobody') await startSpread(tx, environment.id, reach === 'all', now)
    ctx.catalogs.expect(environment.id, revision)
  }
  return { applied: changes.length > 0, revision, changes, affected }
}

export function refuseOtherRevision({ revision }: Catalog, { expectedRevision }: CatalogGuard): void {
  if (expectedRevision === undefined || expectedRevision === revision) return
  throw new Refusal('catalog_revision', {
    param: 'expectedRevision',
    values: { expected: expectedRevision, revision },
  })
}

/** @throws Refusal `catalog_invalid` for a change that is not allowed */
export async function compare(
  { tx, environment }: OperationContext,
  current: Catalog,
  content: CatalogContent,
): Promise<CatalogChange[]> {
  const dropped = droppedItems(current, content)
  const used = dropped.length > 0 ? await loadUsedItems(tx, environment.id, dropped) : new Set<number>()
  const fallback = current.plans.find((plan) => plan.key === current.fallbackPlan)
  if (fallback !== undefined) used.add(fallback.item)
  const { changes, problems } = diffCatalog(current, content, used)
  if (problems.length > 0) throw invalidCatalog(problems)
  return changes
}

const planEvents = {
  added: 'plan.created',
  changed: 'plan.updated',
  archived: 'plan.archived',
} as const

function eventsOf(changes: CatalogChange[], revision: number, occurredAt: Instant): DomainEvent[] {
  const events: DomainEvent[] = [{ type: 'catalog.updated', subject: '', payload: { revision }, occurredAt }]
  for (const change of changes) {
    if (change.noun !== 'plan' || change.action === 'restored' || change.action === 'deleted') continue
    const { key, version, action } = change
    const payload = action === 'archived' ? { plan: key } : { plan: key, version }
    events.push({ type: planEvents[action], subject: key, payload, occurredAt })
  }
  return events
}

/** Of each item that changes, the fields that differ. */
function toldOf(changes: readonly CatalogChange[]): Told {
  const side = (of: 'before' | 'after') =>
    Object.fromEntries(
      changes.map(({ noun, key, action, fields }) => [
        `${noun} ${key}`,
        { action, ...Object.fromEntries(fields.map((field) => [field.path, field[of]])) },
      ]),
    )
  return { before: side('before'), after: side('after') }
}

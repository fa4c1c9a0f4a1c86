/**
 * What putting a catalog would change: the catalog in force against the content that is to replace it.
 *
 * Owns: which changes are allowed, when an item gets a new version, what happens to what was dropped. Does not own:
 * carrying them out (`store/catalog.ts`), who is affected (the store counts).
 * Invariant: versions never change; an item gets a new one exactly when its content differs. What was ever used is
 * archived, never deleted. The same content again yields no change.
 */
import type { CatalogProblem } from '@tollkeeper/contract'
import type { Catalog } from './model.ts'
import type {
  AddOnContent,
  BundleContent,
  CatalogContent,
  Entry,
  FeatureContent,
  PlanContent,
} from './normalise.ts'
import { compareOutlines, type FieldChange, outline } from './outline.ts'

export type ItemKind = 'plan' | 'add_on' | 'bundle'
export type ItemContent = PlanContent | AddOnContent | BundleContent
export type ChangeAction = 'added' | 'changed' | 'archived' | 'restored' | 'deleted'

export interface FeatureChange {
  noun: 'feature'
  key: string
  action: Exclude<ChangeAction, 'deleted'>
  /** What it is afterwards; null when it is only archived. */
  content: FeatureContent | null
  fields: FieldChange[]
}

export interface ItemChange {
  noun: ItemKind
  key: string
  action: ChangeAction
  /** 0 for one that is added. */
  item: number
  previousVersion: number | null
  version: number | null
  /** The new version's content; null where there is no new version. */
  content: ItemContent | null
  archived: boolean
  fields: FieldChange[]
}

/** What has no versions: settings of the catalog as a whole, its coupons and its tax rates. */
export interface SettingChange {
  noun: 'fallback_plan' | 'operator' | 'coupon' | 'tax_rate'
  key: string
  action: 'added' | 'changed' | 'deleted'
  fields: FieldChange[]
}

export type CatalogChange = FeatureChange | ItemChange | SettingChange

/** `usedItems`: ids of items that a subscription, an add-on or a bill names. Needed for those that were dropped only. */
export function diffCatalog(
  current: Catalog,
  next: CatalogContent,
  usedItems: ReadonlySet<number>,
): { changes: CatalogChange[]; problems: CatalogProblem[] } {
  const problems: CatalogProblem[] = []
  const changes = [
    ...diffFeatures(current, next.features, problems),
    ...diffItems('plan', current.plans, current.archived.plans, next.plans, usedItems),
    ...diffItems('add_on', current.addOns, current.archived.addOns, next.addOns, usedItems),
    ...diffItems('bundle', current.bundles, current.archived.bundles, next.bundles, usedItems),
    ...diffSetting(
      'fallback_plan',
      'fallbackPlan',
      { fallbackPlan: current.fallbackPlan },
      { fallbackPlan: next.fallbackPlan },
    ),
    ...diffSetting('operator', 'operator', current.operator, next.operator),
    ...diffSettings('coupon', current.coupons, next.coupons),
    ...diffSettings('tax_rate', current.taxRates, next.taxRates),
  ]
  return { changes, problems }
}

/** Ids of items on sale or archived that the next content doesn't name: those whose use must be known. */
export function droppedItems(current: Catalog, next: CatalogContent): number[] {
  const dropped = (known: Known[], entries: Entry<ItemContent>[]) =>
    known.filter(({ key }) => !entries.some((entry) => entry.content.key === key)).map(({ item }) => item)
  return [
    ...dropped(current.plans, next.plans),
    ...dropped(current.addOns, next.addOns),
    ...dropped(current.bundles, next.bundles),
  ]
}

interface Known {
  item: number
  key: string
  version: number
}

/** Subscribers and balances count by them: such a change would give old amounts another meaning. */
const fixedFields = ['kind', 'scale', 'valueType'] as const
const fixedWords = { kind: 'kind', scale: 'scale', valueType: 'type' } as const

function diffFeatures(current: Catalog, next: FeatureContent[], problems: CatalogProblem[]): FeatureChange[] {
  const archivedKeys = new Set(current.archived.features)
  const known = new Map(current.features.map((feature) => [feature.key, feature]))
  const changes: FeatureChange[] = []
  for (const content of next) {
    const { key } = content
    const before = known.get(key)
    if (before === undefined) {
      changes.push({ noun: 'feature', key, action: 'added', content, fields: [] })
      continue
    }
    for (const field of fixedFields) {
      if (before[field] === content[field]) continue
      problems.push({
        path: `features.${key}.${fixedWords[field]}`,
        message: `The ${fixedWords[field]} of a feature that is known cannot change from ${before[field]} to ${content[field]}. Declare a new feature under another key, and drop this one when no plan names it`,
      })
    }
    const fields = compareOutlines(outline(before), outline(content))
    const action = archivedKeys.has(key) ? 'restored' : 'changed'
    if (fields.length > 0 || action === 'restored') {
      changes.push({ noun: 'feature', key, action, content, fields })
    }
  }
  const named = new Set(next.map(({ key }) => key))
  for (const { key } of current.features) {
    if (named.has(key) || archivedKeys.has(key)) continue
    changes.push({ noun: 'feature', key, action: 'archived', content: null, fields: [] })
  }
  return changes
}

function diffItems(
  noun: ItemKind,
  onSale: Known[],
  archived: Known[],
  next: Entry<ItemContent>[],
  usedItems: ReadonlySet<number>,
): ItemChange[] {
  const known = new Map([...onSale, ...archived].map((item) => [item.key, item]))
  const archivedKeys = new Set(archived.map(({ key }) => key))
  const changes = next.flatMap((entry) =>
    diffItem(noun, known.get(entry.content.key), archivedKeys.has(entry.content.key), entry),
  )
  const named = new Set(next.map((entry) => entry.content.key))
  for (const { key, item, version } of onSale) {
    if (named.has(key)) continue
    const used = usedItems.has(item)
    changes.push({
      noun,
      key,
      action: used ? 'archived' : 'deleted',
      item,
      previousVersion: version,
      version: null,
      content: null,
      archived: used,
      fields: [],
    })
  }
  return changes
}

function diffItem(
  noun: ItemKind,
  known: Known | undefined,
  wasArchived: boolean,
  { content, archived }: Entry<ItemContent>,
): ItemChange[] {
  const { key } = content
  if (known === undefined) {
    const added = { item: 0, previousVersion: null, version: 1, content, archived, fields: [] }
    return [{ noun, key, action: 'added', ...added }]
  }
  const changes: ItemChange[] = []
  const { item, version: previousVersion } = known
  const fields = compareOutlines(outline(known), outline(content))
  if (fields.length > 0) {
    const version = previousVersion + 1
    changes.push({ noun, key, action: 'changed', item, previousVersion, version, content, archived, fields })
  }
  if (archived !== wasArchived) {
    const action = archived ? 'archived' : 'restored'
    const stays = { item, previousVersion, version: null, content: null, archived, fields: [] }
    changes.push({ noun, key, action, ...stays })
  }
  return changes
}

function diffSetting(
  noun: SettingChange['noun'],
  key: string,
  before: object,
  after: object,
): SettingChange[] {
  const fields = compareOutlines(outline(before), outline(after))
  return fields.length === 0 ? [] : [{ noun, key, action: 'changed', fields: fields.map(shortened) }]
}

function diffSettings(
  noun: 'coupon' | 'tax_rate',
  current: { key: string }[],
  next: { key: string }[],
): SettingChange[] {
  const changes = next.flatMap((setting): SettingChange[] => {
    const { key } = setting
    const before = current.find((each) => each.key === key)
    if (before === undefined) return [{ noun, key, action: 'added', fields: [] }]
    return diffSetting(noun, key, before, setting)
  })
  const named = new Set(next.map(({ key }) => key))
  const dropped = current.filter(({ key }) => !named.has(key))
  return [...changes, ...dropped.map(({ key }) => ({ noun, key, action: 'deleted' as const, fields: [] }))]
}

const LONGEST_SHOWN = 200

/** A logo is told by its beginning. */
function shortened(change: FieldChange): FieldChange {
  const short = (value: FieldChange['before']) =>
    typeof value === 'string' && value.length > LONGEST_SHOWN ? `${value.slice(0, 60)}…` : value
  return { ...change, before: short(change.before), after: short(change.after) }
}

/** What of a feature decides, or is told to applications, whatever version of a plan gives it. */
const decidingFields = ['thresholds', 'failPolicy', 'costs']

/**
 * Whose entitlements the changes move without a command on the customer: nobody's, those of customers without a
 * subscription in force (the fallback plan), or all.
 */
export function reachOf(changes: CatalogChange[], next: CatalogContent): 'nobody' | 'fallback' | 'all' {
  const movesAll = changes.some(
    ({ noun, fields }) =>
      noun === 'feature' && fields.some(({ path }) => decidingFields.includes(path.split('.')[0] ?? '')),
  )
  if (movesAll) return 'all'
  return movesFallback(changes, next) ? 'fallback' : 'nobody'
}

/** Another fallback plan, or another content of it. */
export function movesFallback(changes: CatalogChange[], next: CatalogContent): boolean {
  return changes.some(
    (change) =>
      change.noun === 'fallback_plan' ||
      (change.noun === 'plan' && change.key === next.fallbackPlan && change.content !== null),
  )
}

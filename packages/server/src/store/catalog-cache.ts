/**
 * Catalogs and versions in the memory of one process.
 *
 * Owns: how old what is answered may be. Does not own: listening for the hint (whoever holds a LISTEN connection
 * calls `hint`).
 * Invariant: what `current` answers was in force at most 900 ms ago, by a clock that never stands still, with or
 * without hints; `fresh` was in force when it was asked. Versions never change, so they are kept as long as there is room.
 */
import { LRUCache } from 'lru-cache'
import type { CatalogCache } from '../context.ts'
import type { AddOnVersion, BundleVersion, Catalog, PlanVersion } from '../domain/catalog/model.ts'
import { loadCatalog, loadCatalogRevision, loadItemVersion } from './catalog.ts'
import type { Queryable } from './database/pool.ts'

/** From this age on the revision is asked for behind the answer; from the second on before it. */
const ASK_AFTER_MS = 500
const WAIT_AFTER_MS = 900
/** A revision that was announced and isn't there by then was rolled back. */
const EXPECTED_FOR_MS = 5_000

interface Entry {
  catalog: Catalog
  /** When the question was sent whose answer this is. */
  askedAt: number
}

interface Slot {
  entry: Entry | null
  asking: Promise<Catalog> | null
  expected: { revision: number; until: number } | null
}

export interface CatalogCacheOptions {
  /** Milliseconds that only grow; tests move it. */
  monotonicNow?: () => number
  /** How many versions are kept. */
  maxVersions?: number
}

export function createCatalogCache(db: Queryable, options: CatalogCacheOptions = {}): CatalogCache {
  const monotonicNow = options.monotonicNow ?? (() => performance.now())
  const slots = new Map<number, Slot>()
  const version = createVersionReader(db, options.maxVersions ?? 10_000)

  function slotOf(environment: number): Slot {
    const known = slots.get(environment)
    if (known !== undefined) return known
    const slot: Slot = { entry: null, asking: null, expected: null }
    slots.set(environment, slot)
    return slot
  }

  async function ask(environment: number, slot: Slot, via: Queryable): Promise<Catalog> {
    const askedAt = monotonicNow()
    const known = slot.entry?.catalog
    const same = known !== undefined && (await loadCatalogRevision(via, environment)) === known.revision
    const catalog = same ? known : await loadCatalog(via, environment)
    // two questions may cross: the younger answer stays
    if (slot.entry === null || slot.entry.askedAt <= askedAt) slot.entry = { catalog, askedAt }
    if (slot.expected !== null && catalog.revision >= slot.expected.revision) slot.expected = null
    return catalog
  }

  /** One question for all who wait; it is fit for anyone who came before it was sent. */
  function askOnce(environment: number, slot: Slot): Promise<Catalog> {
    slot.asking ??= ask(environment, slot, db).finally(() => {
      slot.asking = null
    })
    return slot.asking
  }

  function isExpecting(slot: Slot): boolean {
    if (slot.expected !== null && slot.expected.until < monotonicNow()) slot.expected = null
    return slot.expected !== null
  }

  return {
    known(environment) {
      const slot = slotOf(environment)
      if (slot.entry === null || isExpecting(slot)) return null
      return monotonicNow() - slot.entry.askedAt < ASK_AFTER_MS ? slot.entry.catalog : null
    },
    async current(environment, via) {
      const slot = slotOf(environment)
      const { entry } = slot
      if (entry === null || isExpecting(slot)) return ask(environment, slot, via ?? db)
      const age = monotonicNow() - entry.askedAt
      if (age < ASK_AFTER_MS) return entry.catalog
      if (via !== undefined && age >= WAIT_AFTER_MS) return ask(environment, slot, via)
      const asked = askOnce(environment, slot)
      if (age >= WAIT_AFTER_MS) return asked
      // whoever comes after 900 ms waits for an answer of his own, and meets the failure if it lasts
      asked.catch(() => {})
      return entry.catalog
    },
    fresh: (environment, via) => ask(environment, slotOf(environment), via ?? db),
    plan: (item, number, via) => version<PlanVersion>(item, number, via),
    addOn: (item, number, via) => version<AddOnVersion>(item, number, via),
    bundle: (item, number, via) => version<BundleVersion>(item, number, via),
    expect(environment, revision) {
      slotOf(environment).expected = { revision, until: monotonicNow() + EXPECTED_FOR_MS }
    },
    hint(environment) {
      const { entry } = slotOf(environment)
      if (entry !== null) entry.askedAt = Number.NEGATIVE_INFINITY
    },
  }
}

/** Versions never change: what was read once is remembered. */
function createVersionReader(db: Queryable, max: number) {
  const versions = new LRUCache<string, PlanVersion | AddOnVersion | BundleVersion>({ max })
  return async <Version extends PlanVersion | AddOnVersion | BundleVersion>(
    item: number,
    number: number,
    via: Queryable | undefined,
  ): Promise<Version> => {
    const key = `${item}:${number}`
    const known = versions.get(key)
    if (known !== undefined) return known as Version
    const loaded = await loadItemVersion<Version>(via ?? db, item, number)
    if (loaded === null) throw new Error(`There is no version ${number} of the catalog's item ${item}`)
    versions.set(key, loaded)
    return loaded
  }
}

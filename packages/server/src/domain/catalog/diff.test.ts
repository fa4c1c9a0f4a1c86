import { describe, expect, it } from 'vitest'
import { type CatalogChange, diffCatalog, droppedItems, type ItemChange } from './diff.ts'
import type { AddOnVersion, BundleVersion, Catalog, PlanVersion } from './model.ts'
import { normaliseCatalog } from './normalise.ts'
import { normaliseSettings } from './normalise-settings.ts'

type Definition = Parameters<typeof normaliseCatalog>[0]

const nothing: Catalog = {
  revision: 0,
  features: [],
  plans: [],
  addOns: [],
  bundles: [],
  archived: { features: [], plans: [], addOns: [], bundles: [] },
  ...normaliseSettings({}),
}

/** What the store has after putting the definition on an empty catalog. */
function stored(definition: Definition): Catalog {
  const content = normaliseCatalog(definition)
  let item = 0
  const versions = <Version>(entries: { content: object; archived: boolean }[], archived: boolean) =>
    entries
      .map((entry) => ({ ...entry, item: (item += 1) }))
      .filter((entry) => entry.archived === archived)
      .map((entry) => ({ ...entry.content, item: entry.item, version: 1 }) as Version)
  return {
    ...nothing,
    revision: 1,
    features: content.features.map((feature, index) => ({ ...feature, id: index + 1 })),
    plans: versions<PlanVersion>(content.plans, false),
    addOns: versions<AddOnVersion>(content.addOns, false),
    bundles: versions<BundleVersion>(content.bundles, false),
    archived: { ...nothing.archived, plans: versions<PlanVersion>(content.plans, true) },
    ...normaliseSettings(definition),
  }
}

const base = (): Definition => ({
  features: { agents: { kind: 'gauge' }, tickets: { kind: 'meter' } },
  plans: {
    free: { allowances: { tickets: 5 } },
    pro: {
      prices: { XOF: { month: 100, year: 1_000 }, USD: { month: 1 } },
      allowances: { agents: 5, tickets: { limit: 10, policy: { overage: { XOF: '1', USD: '2' } } } },
    },
  },
  addOns: { more: { kind: 'recurring', allowances: { agents: 1 } } },
  bundles: { all: { addOns: ['more'] } },
})

const told = (changes: CatalogChange[]) =>
  changes.map((each) => {
    const versions =
      'item' in each && each.content !== null ? ` ${each.previousVersion ?? 0}→${each.version}` : ''
    return `${each.noun} ${each.key} ${each.action}${versions}`
  })

/** Changes the base and tells what that does. */
function change(edit: (definition: Loose) => void, used: number[] = [], before: Definition = base()) {
  const definition = structuredClone(before)
  edit(definition)
  return diffCatalog(stored(before), normaliseCatalog(definition), new Set(used))
}

// oxlint-disable-next-line typescript/no-explicit-any -- half-written catalogs
type Loose = any

describe('diffCatalog', () => {
  it('adds everything to nothing, and then changes nothing', () => {
    const { changes } = diffCatalog(nothing, normaliseCatalog(base()), new Set())
    expect(told(changes)).toEqual([
      'feature agents added',
      'feature tickets added',
      'plan free added 0→1',
      'plan pro added 0→1',
      'add_on more added 0→1',
      'bundle all added 0→1',
    ])
    expect(change(() => {}).changes).toEqual([])
  })

  it('finds no change in another order, or in a default that is written out', () => {
    const { changes } = change((definition) => {
      definition.plans = { pro: definition.plans.pro, free: definition.plans.free }
      const { prices, allowances } = definition.plans.pro
      definition.plans.pro.prices = { USD: prices.USD, XOF: { year: 1_000, month: 100 } }
      definition.plans.pro.allowances = {
        tickets: { window: 'month', ...allowances.tickets },
        agents: { limit: 5 },
      }
      definition.features.agents.thresholds = [80, 90, 100]
      definition.plans.pro.policies = { failure: { graceDays: 7 } }
    })
    expect(changes).toEqual([])
  })

  it.each<[string, (definition: Loose) => void, string[], string[]]>([
    [
      'a limit',
      (d) => (d.plans.pro.allowances.agents = 6),
      ['plan pro changed 1→2'],
      ['allowances.agents.limit 5 6'],
    ],
    [
      'a limit that goes',
      (d) => (d.plans.pro.allowances.agents = 'unlimited'),
      ['plan pro changed 1→2'],
      ['allowances.agents.limit 5 unlimited'],
    ],
    [
      'a price',
      (d) => (d.plans.pro.prices.XOF.month = 90),
      ['plan pro changed 1→2'],
      ['prices.XOF.month.amountMinor 100 90'],
    ],
    [
      'a unit price',
      (d) => (d.plans.pro.allowances.tickets.policy.overage.USD = '3'),
      ['plan pro changed 1→2'],
      ['allowances.tickets.policy.unitPrices.USD 2 3'],
    ],
    [
      'a threshold',
      (d) => (d.features.agents.thresholds = [50]),
      ['feature agents changed'],
      ['thresholds 80, 90, 100 50'],
    ],
    [
      'the fallback',
      (d) => (d.fallbackPlan = 'free'),
      ['fallback_plan fallbackPlan changed'],
      ['fallbackPlan null free'],
    ],
    [
      'the time zone',
      (d) => (d.operator = { timeZone: 'Africa/Abidjan' }),
      ['operator operator changed'],
      ['timeZone UTC Africa/Abidjan'],
    ],
    [
      'a component',
      (d) =>
        (d.plans.pro.prices.XOF.month = {
          amountMinor: 100,
          components: { k: { quantity: 'seats', model: { volume: [{ upTo: 5 }, { unitMinor: '3' }] } } },
        }),
      ['plan pro changed 1→2'],
      [
        'prices.XOF.month.components.k.counts.quantity null seats',
        'prices.XOF.month.components.k.freeUnits null 0',
        'prices.XOF.month.components.k.model.tiers.1.flatMinor null 0',
        'prices.XOF.month.components.k.model.tiers.1.unitMinor null 0',
        'prices.XOF.month.components.k.model.tiers.1.upTo null 5',
        'prices.XOF.month.components.k.model.tiers.2.flatMinor null 0',
        'prices.XOF.month.components.k.model.tiers.2.unitMinor null 3',
        'prices.XOF.month.components.k.model.tiers.2.upTo null null',
        'prices.XOF.month.components.k.model.type null volume',
        'prices.XOF.month.components.k.name null k',
        'prices.XOF.month.components.k.timing null advance',
      ],
    ],
    ['a coupon', (d) => (d.coupons = { c: { percentOff: 5 } }), ['coupon c added'], []],
    ['a tax rate', (d) => (d.taxes = { t: { country: 'SN', percent: 18 } }), ['tax_rate t added'], []],
    ['archiving', (d) => (d.plans.pro.archived = true), ['plan pro archived'], []],
  ])('%s', (_name, edit, expected, rows) => {
    const { changes } = change(edit)
    expect(told(changes)).toEqual(expected)
    expect(changes[0]?.fields.map(({ path, before, after }) => `${path} ${before} ${after}`)).toEqual(rows)
  })

  it('changes and deletes coupons and tax rates, and shows the beginning of a logo', () => {
    const before: Definition = {
      ...base(),
      coupons: { c: { percentOff: 5 }, d: { percentOff: 5 } },
      taxes: { t: { country: 'SN', percent: 18 } },
    }
    const { changes } = change(
      (definition) => {
        definition.coupons = { c: { percentOff: 6 } }
        definition.taxes = {}
        definition.operator = { logo: `data:image/png;base64,${'A'.repeat(1_000)}` }
      },
      [],
      before,
    )
    expect(told(changes)).toEqual([
      'operator operator changed',
      'coupon c changed',
      'coupon d deleted',
      'tax_rate t deleted',
    ])
    expect(changes[0]?.fields).toEqual([
      { path: 'logo', before: null, after: expect.stringMatching(/^.{60}…$/) },
    ])
    expect(changes[1]?.fields).toEqual([{ path: 'percentOff', before: '5', after: '6' }])
  })

  it('archives what was dropped and used, deletes what was never used', () => {
    const drop = (definition: Definition) => {
      definition.plans = {}
      definition.addOns = {}
      definition.bundles = {}
      definition.features = {}
    }
    const dropped = structuredClone(base())
    drop(dropped)
    expect(droppedItems(stored(base()), normaliseCatalog(dropped))).toEqual([1, 2, 3, 4])
    expect(told(change(drop, [2]).changes)).toEqual([
      'feature agents archived',
      'feature tickets archived',
      'plan free deleted',
      'plan pro archived',
      'add_on more deleted',
      'bundle all deleted',
    ])
  })

  it('sells an archived plan again, with a new version only if it differs', () => {
    const archived = base()
    archived.plans.pro = { ...archived.plans.pro, archived: true }
    const again = (edit: (pro: Loose) => void) =>
      told(
        change(
          (definition) => {
            delete definition.plans.pro.archived
            edit(definition.plans.pro)
          },
          [],
          archived,
        ).changes,
      )
    expect(again(() => {})).toEqual(['plan pro restored'])
    expect(again((pro) => (pro.name = 'Pro'))).toEqual(['plan pro changed 1→2', 'plan pro restored'])
    const onlyChanged = change((definition) => (definition.plans.pro.name = 'Pro'), [], archived).changes
    expect(onlyChanged).toMatchObject([{ action: 'changed', archived: true } satisfies Partial<ItemChange>])
  })

  it.each<[string, (definition: Loose) => void, string]>([
    ['kind', (d) => (d.features.agents.kind = 'meter'), 'features.agents.kind'],
    ['scale', (d) => (d.features.tickets.scale = 2), 'features.tickets.scale'],
  ])('refuses another %s of a feature that is known', (_name, edit, path) => {
    expect(change(edit).problems).toEqual([{ path, message: expect.stringContaining('under another key') }])
  })
})

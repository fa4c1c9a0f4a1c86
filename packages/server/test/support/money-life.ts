/**
 * The life of one paying customer in memory: decided and saved as the server does it, without a database.
 *
 * Owns: commands and questions as the API has them. Does not own: any rule, and saving (`money-books.ts`).
 */
import type { CatalogDefinition } from '@tollkeeper/contract'
import { normaliseCatalog } from '../../src/domain/catalog/normalise.ts'
import type { AddOnVersion, BundleVersion, Catalog } from '../../src/domain/catalog/model.ts'
import { type CustomerMoney, type UnbilledUsage } from '../../src/domain/customers/money.ts'
import { type CustomerPlan } from '../../src/domain/customers/reconcile.ts'
import { liveSubscription, unchanged, type CustomerChange } from '../../src/domain/customers/state.ts'
import { redeemCoupon, requireCoupon } from '../../src/domain/discounts/redeem.ts'
import { amountDueMinor, type Invoice } from '../../src/domain/invoices/model.ts'
import { chargedFrom, countLate, stretchAt } from '../../src/domain/invoices/closed-stretch.ts'
import type { ChargeOutcome, PaymentAttempt } from '../../src/domain/payments/model.ts'
import {
  changeTerms,
  putAddOn,
  putBundle,
  removeAddOn,
  removeBundle,
} from '../../src/domain/subscriptions/change.ts'
import { createSubscription, type NewSubscription } from '../../src/domain/subscriptions/create.ts'
import { activate, cancel, pause } from '../../src/domain/subscriptions/lifecycle.ts'
import { resume } from '../../src/domain/subscriptions/resume.ts'
import type { Subscription } from '../../src/domain/subscriptions/model.ts'
import { intervalText, quantityKeys, resolveTerms } from '../../src/domain/subscriptions/terms.ts'
import { at, newCustomer } from './customer-world.ts'
import {
  card,
  hear,
  receive,
  startAttempts,
  moneyOf,
  moveTo,
  newId,
  noMoney,
  planOf,
  save,
  type Kept,
  type Pays,
  type World,
} from './money-books.ts'

export type { Kept } from './money-books.ts'

export type Definition = Omit<CatalogDefinition, 'features'> & Partial<Pick<CatalogDefinition, 'features'>>

/** A catalog as its author writes it. */
export function catalogOf(definition: Definition): Catalog {
  const { features, plans, addOns, bundles, ...settings } = normaliseCatalog({ features: {}, ...definition })
  let item = 0
  const sold = <Content>({ content }: { content: Content }) => ({ ...content, item: (item += 1), version: 1 })
  return {
    ...settings,
    revision: 1,
    features: features.map((content, index) => ({ ...content, id: index + 1 })),
    plans: plans.map(sold),
    addOns: addOns.map(sold),
    bundles: bundles.map(sold),
    archived: { features: [], plans: [], addOns: [], bundles: [] },
  }
}

export const succeeds: Pays = ({ id, amountMinor }) => ({
  status: 'succeeded',
  transaction: `tx_${id}`,
  amountMinor,
})

export interface LifeOptions {
  timeZone?: string
  billing?: Partial<CustomerMoney['billing']>
  /** What the provider answers to each charge; null: there is no method. Unless told, each succeeds. */
  pays?: Pays | null
}

export interface Change {
  plan?: string
  interval?: string
  currency?: string
  quantities?: Record<string, number>
  when?: 'now' | 'period_end'
  coupons?: string[]
}

export type Life = ReturnType<typeof beginLife>

/**
 * @example
 * const life = beginLife('2026-06-01', { plans: { essential: { prices: { XOF: { month: 15000 } } } } })
 * life.subscribe('essential')
 * life.moveTo('2026-07-01')
 * life.totals() // ['2026-06-01 15000', '2026-07-01 15000']
 */
export function beginLife(start: string, definition: Definition, options: LifeOptions = {}) {
  const { pays = succeeds } = options
  const world: World = {
    catalog: catalogOf(definition),
    documents: new Map(),
    entries: [],
    events: [],
    unbilled: { overage: [], windows: [], advance: [] },
    stretches: [],
    ids: 0,
    pays,
    state: newCustomer(at(start)),
  }
  world.state = {
    ...world.state,
    catalog: world.catalog,
    customer: { ...world.state.customer, timeZone: options.timeZone ?? 'UTC' },
    money: { ...noMoney(options.billing), methods: pays === null ? [] : [card] },
  }
  return { world, ...commandsOf(world), ...questionsOf(world) }
}

const live = (world: World): Subscription => {
  const subscription = liveSubscription(world.state)
  if (subscription === null) throw new Error('Nothing is live')
  return subscription
}

function newSubscription(world: World, plan: string, given: NewLife): CustomerChange {
  const {
    interval = 'month',
    currency = null,
    quantities = {},
    coupons = [],
    addOns = [],
    bundles = [],
    ...rest
  } = given
  const terms = resolveTerms(world.catalog, { plan, interval, currency, quantities }, null)
  const number = world.state.subscriptions.length + 1
  const change = createSubscription(world.state, {
    number,
    id: `sub_${number}`,
    terms,
    authority: 'engine',
    activation: 'automatic',
    startAt: null,
    trialDays: null,
    metadata: {},
    ...rest,
    addOns: addOns.map((key) => ({ addOn: addOnOf(world, key), quantity: 1 })),
    bundles: bundles.map((key) => bundleOf(world, key)),
  })
  return withCoupons(world, change, coupons, number)
}

type NewLife = Partial<Omit<NewSubscription, 'terms' | 'addOns' | 'bundles'>> & {
  interval?: string
  currency?: string
  quantities?: Record<string, number>
  coupons?: string[]
  addOns?: string[]
  bundles?: string[]
}

function withCoupons(world: World, change: CustomerChange, keys: string[], subscription: number | null) {
  return keys.reduce(
    (next, key) =>
      redeemCoupon(next, {
        id: newId(world)('dis'),
        coupon: requireCoupon(next.state, key, 'coupons'),
        subscription,
        redeemedBefore: false,
      }),
    change,
  )
}

const addOnOf = ({ catalog }: World, key: string) =>
  catalog.addOns.find((each) => each.key === key) as AddOnVersion
const bundleOf = ({ catalog }: World, key: string) =>
  catalog.bundles.find((each) => each.key === key) as BundleVersion

function termsChange(world: World, { coupons = [], ...wanted }: Change): CustomerChange {
  return withCoupons(world, decideTerms(world, wanted), coupons, live(world).number)
}

function decideTerms(world: World, { when, ...wanted }: Change): CustomerChange {
  const subscription = live(world)
  const quantities = { ...subscription.quantities, ...wanted.quantities }
  const named = Object.keys(wanted.quantities ?? {})
  if (wanted.plan === undefined && wanted.interval === undefined && wanted.currency === undefined) {
    const next = { ...subscription, quantities }
    return changeTerms(world.state, subscription, next, when ?? null, named, false)
  }
  const request = {
    plan: wanted.plan ?? subscription.plan.key,
    interval: wanted.interval ?? intervalText(subscription.interval),
    currency: wanted.currency ?? subscription.currency,
    quantities: wanted.quantities ?? {},
  }
  const terms = resolveTerms(world.catalog, request, null)
  for (const key of [terms.plan, ...subscription.addOns.map(({ addOn }) => addOn)].flatMap(quantityKeys)) {
    if (quantities[key] !== undefined) terms.quantities[key] = quantities[key]
  }
  return changeTerms(world.state, subscription, terms, when ?? null, named)
}

function commandsOf(world: World) {
  return {
    save: (change: CustomerChange) => save(world, change),
    moveTo: (to: string | number) => moveTo(world, typeof to === 'number' ? to : at(to)),
    subscribe: (plan: string, given: NewLife = {}) => save(world, newSubscription(world, plan, given)),
    change: (wanted: Change) => save(world, termsChange(world, wanted)),
    /** What the same change would come to, without saving it. */
    previewChange: (wanted: Change): CustomerPlan => {
      const ids = world.ids
      const plan = planOf(world, termsChange(world, wanted))
      world.ids = ids
      return plan
    },
    /** The change as of the moment at which it was agreed on. */
    changeAsOf: (agreedAt: number, wanted: Change) => {
      const now = world.state.now
      world.state = { ...world.state, now: agreedAt }
      const change = termsChange(world, wanted)
      world.state = { ...world.state, now }
      save(world, { ...change, state: { ...change.state, now }, billAt: agreedAt })
    },
    putAddOn: (key: string, quantity = 1) =>
      save(world, putAddOn(world.state, live(world), addOnOf(world, key), quantity)),
    removeAddOn: (key: string, when: 'now' | 'period_end' = 'now') =>
      save(world, removeAddOn(world.state, live(world), key, when)),
    putBundle: (key: string) => save(world, putBundle(world.state, live(world), bundleOf(world, key))),
    removeBundle: (key: string, when: 'now' | 'period_end' = 'now') =>
      save(world, removeBundle(world.state, live(world), key, when)),
    pause: (resumeAt: string | null = null) =>
      save(world, pause(world.state, live(world), resumeAt === null ? null : at(resumeAt))),
    resume: () => save(world, resume(world.state, live(world))),
    activate: () => save(world, activate(world.state, live(world))),
    cancel: (when: 'now' | 'period_end', credit = false) =>
      save(world, { ...cancel(world.state, live(world), when), creditOnEnd: credit && when === 'now' }),
    redeem: (...keys: string[]) =>
      save(world, withCoupons(world, unchanged(world.state), keys, live(world).number)),
    /** Another catalog for what is decided from now on; what is subscribed to stays. */
    putCatalog: (next: Definition) => {
      world.catalog = catalogOf(next)
      world.state = { ...world.state, catalog: world.catalog }
    },
    bill: (billing: Partial<CustomerMoney['billing']>) => {
      const money = moneyOf(world)
      world.state = { ...world.state, money: { ...money, billing: { ...money.billing, ...billing } } }
    },
    hear: (attempt: PaymentAttempt, outcome: ChargeOutcome) => hear(world, attempt, outcome),
    /** Money that comes in by hand, for an invoice. */
    receive: (invoice: string, amountMinor: number) => receive(world, invoice, amountMinor),
    /** Attempts go out to the provider, which hasn't answered yet. */
    startAttempts: () => startAttempts(world),
    /** Use of a feature (by number) that is told now, whenever it was. */
    tell: (feature: number, usedAt: number, amount: number) => tell(world, feature, usedAt, amount),
    /** Use that the next close finds. */
    use: (unbilled: Partial<UnbilledUsage>) => {
      const { overage, windows } = world.unbilled
      world.unbilled = {
        advance: [],
        overage: [...overage, ...(unbilled.overage ?? [])],
        windows: [
          ...windows.filter((each) => !unbilled.windows?.some((own) => sameWindow(own, each))),
          ...(unbilled.windows ?? []).map((own) => ({
            ...own,
            billed: windows.find((each) => sameWindow(own, each))?.billed ?? own.billed,
          })),
        ],
      }
    },
  }
}

/** As the usage writer does: in the window of the running period, or where it is closed. */
function tell(world: World, feature: number, usedAt: number, amount: number): void {
  const { periodStart: windowStart, periodEnd: windowEnd } = world.state.subscriptions.at(-1) as Subscription
  const isClosed = usedAt < chargedFrom(world.state)
  if (isClosed) {
    const place = { usedAt, stretch: stretchAt(world.stretches, usedAt) }
    world.stretches = countLate(world.stretches, place, feature, amount)
  }
  if (usedAt < windowStart) return
  const { windows } = world.unbilled
  const running = windows.find((each) => each.feature === feature && each.windowStart === windowStart)
  const { used, billed } = running ?? { used: 0, billed: 0 }
  const told = {
    feature,
    windowStart,
    windowEnd,
    used: used + amount,
    billed: billed + (isClosed ? amount : 0),
  }
  world.unbilled = { ...world.unbilled, windows: [...windows.filter((each) => each !== running), told] }
}

type UsedWindow = UnbilledUsage['windows'][number]
const sameWindow = (one: UsedWindow, other: UsedWindow) =>
  one.feature === other.feature && one.windowStart === other.windowStart

const day = (instant: number | null) =>
  instant === null ? '-' : new Date(instant).toISOString().slice(0, 10)

/** What is written below zero is a credit note. */
export const signed = ({ kind, totalMinor }: Invoice) => (kind === 'invoice' ? totalMinor : 0 - totalMinor)

function questionsOf(world: World) {
  const documents = () =>
    [...world.documents.values()].sort((a, b) => a.invoice.createdAt - b.invoice.createdAt)
  return {
    documents,
    last: (): Kept => documents().at(-1) as Kept,
    /** `2026-06-01 15000`; credit notes are below zero. */
    totals: () => documents().map(({ invoice }) => `${day(invoice.createdAt)} ${signed(invoice)}`),
    /** `plan essential 15000 2026-06-01/2026-07-01` of the last document, as if it were an invoice. */
    lines: () => {
      const { invoice, lines } = documents().at(-1) as Kept
      const sign = invoice.kind === 'invoice' ? 1 : -1
      return lines.map(
        ({ kind, reference, amountMinor, service }) =>
          `${kind} ${reference} ${sign * amountMinor} ${service === null ? '-' : `${day(service.start)}/${day(service.end)}`}`,
      )
    },
    /** What waits for the next invoice. */
    waiting: () =>
      moneyOf(world).items.map(({ line }) => `${line.kind} ${line.reference} ${line.amountMinor}`),
    balance: (currency: string) => moneyOf(world).balances[currency] ?? 0,
    subscription: () => world.state.subscriptions.at(-1) as Subscription,
    owed: () =>
      documents().reduce(
        (sum, { invoice }) => sum + (invoice.status === 'open' ? amountDueMinor(invoice) : 0),
        0,
      ),
  }
}

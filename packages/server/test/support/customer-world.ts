/**
 * Customers in memory for tests of pure decisions. Owns: a small catalog and ways to build states. Does not own: rules.
 */
import type {
  AddOnVersion,
  Allowance,
  Catalog,
  Feature,
  FeatureKind,
  Limit,
  PlanVersion,
} from '../../src/domain/catalog/model.ts'
import { normalisePolicies } from '../../src/domain/catalog/normalise-policies.ts'
import { normaliseSettings } from '../../src/domain/catalog/normalise-settings.ts'
import { settle } from '../../src/domain/customers/reconcile.ts'
import { GOOD_STANDING } from '../../src/domain/customers/money.ts'
import type { CustomerChange, CustomerState } from '../../src/domain/customers/state.ts'
import { createSubscription, type NewSubscription } from '../../src/domain/subscriptions/create.ts'
import { resolveTerms } from '../../src/domain/subscriptions/terms.ts'
import { parseInstant } from '../../src/domain/time/index.ts'

/** An ISO instant; a date alone is its midnight in UTC. */
export function at(text: string): number {
  const value = parseInstant(text.includes('T') ? text : `${text}T00:00:00Z`)
  if (value === null) throw new Error(`not an instant: ${text}`)
  return value
}

export const amount = (value: number): Limit => ({ unlimited: false, amount: value })
export const unlimited: Limit = { unlimited: true }

let nextFeature = 0
const featureIds = new Map<string, number>()

export function feature(key: string, kind: FeatureKind, rest: Partial<Feature> = {}): Feature {
  const id = featureIds.get(key) ?? ++nextFeature
  featureIds.set(key, id)
  return {
    id,
    key,
    kind,
    valueType: null,
    name: key,
    unit: key,
    scale: 0,
    thresholds: [],
    failPolicy: 'closed',
    costs: {},
    latenessDays: 30,
    ...rest,
  }
}

export function allowance(key: string, limit: Limit | number, rest: Partial<Allowance> = {}): Allowance {
  return {
    feature: key,
    value: null,
    limit: typeof limit === 'number' ? amount(limit) : limit,
    perQuantity: null,
    window: 'month',
    scope: 'customer',
    memberLimit: null,
    policy: { type: 'hard' },
    rollover: { type: 'none' },
    priority: 100,
    ...rest,
  }
}

let nextItem = 0

export function plan(
  key: string,
  rest: Partial<PlanVersion> & { monthly?: number; yearly?: number } = {},
): PlanVersion {
  const { monthly, yearly, policies, ...fields } = rest
  const price = (interval: 'month' | 'year', amountMinor: number | undefined) =>
    amountMinor === undefined
      ? []
      : [
          {
            currency: 'XOF',
            interval,
            intervalCount: 1,
            amountMinor,
            perUnit: {},
            components: [],
            minimumMinor: null,
          },
        ]
  return {
    item: ++nextItem,
    key,
    version: 1,
    name: key,
    description: '',
    prices: [...price('month', monthly), ...price('year', yearly)],
    allowances: [],
    trial: null,
    policies: { ...normalisePolicies({}), ...policies },
    taxInclusive: false,
    taxCategory: 'standard',
    metadata: {},
    ...fields,
  }
}

export function addOn(key: string, rest: Partial<AddOnVersion> = {}): AddOnVersion {
  return {
    item: ++nextItem,
    key,
    version: 1,
    name: key,
    description: '',
    kind: 'recurring',
    prices: [],
    oneOffPrices: [],
    allowances: [],
    grantDays: null,
    taxInclusive: false,
    taxCategory: 'standard',
    metadata: {},
    ...rest,
  }
}

export function catalog(rest: Partial<Catalog> = {}): Catalog {
  return {
    revision: 1,
    features: [],
    plans: [],
    addOns: [],
    bundles: [],
    archived: { features: [], plans: [], addOns: [], bundles: [] },
    ...normaliseSettings({}),
    ...rest,
  }
}

export const sites = feature('sites', 'gauge')
export const tickets = feature('tickets', 'meter')
export const credits = feature('credits', 'credits')

export const free = plan('free', { allowances: [allowance('sites', 1)] })
export const essential = plan('essential', {
  monthly: 15_000,
  yearly: 150_000,
  allowances: [allowance('sites', 1), allowance('tickets', 500)],
  trial: { days: 14, onEnd: 'expire' },
})
export const professional = plan('professional', {
  monthly: 45_000,
  yearly: 450_000,
  allowances: [allowance('sites', 3), allowance('tickets', 2_000)],
  trial: { days: 14, onEnd: 'activate' },
})
export const seats = plan('seats', {
  prices: [
    {
      currency: 'XOF',
      interval: 'month',
      intervalCount: 1,
      amountMinor: 0,
      perUnit: { seats: '500' },
      components: [],
      minimumMinor: null,
    },
  ],
  allowances: [allowance('sites', 2, { perQuantity: 'seats' })],
})
export const moreSites = addOn('more-sites', { allowances: [allowance('sites', 10)] })
export const world = catalog({
  features: [sites, tickets, credits],
  plans: [free, essential, professional, seats],
  addOns: [moreSites],
})

/** A customer that was made at `now` and has nothing yet. */
export function newCustomer(now: number, rest: Partial<CustomerState> = {}): CustomerState {
  return {
    environment: 1,
    livemode: false,
    customer: {
      id: 1,
      key: 'acme',
      name: '',
      email: null,
      timeZone: 'UTC',
      locale: 'en',
      currency: null,
      testClock: null,
      metadata: {},
      billing: {},
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    },
    head: {
      entitlementVersion: 0,
      revision: 0,
      decidedAt: Number.NEGATIVE_INFINITY,
      dueAt: Number.POSITIVE_INFINITY,
      collectionDueAt: Number.POSITIVE_INFINITY,
    },
    now,
    catalog: world,
    subscriptions: [],
    overrides: [],
    suspension: null,
    standing: GOOD_STANDING,
    money: null,
    accessPeriod: null,
    revenue: [],
    members: [],
    ...rest,
  }
}

let nextNumber = 0

/** Subscribes as `POST /v1/subscriptions` does. */
export function subscribe(
  state: CustomerState,
  planKey: string,
  rest: Partial<Omit<NewSubscription, 'terms'>> & {
    interval?: string
    quantities?: Record<string, number>
  } = {},
): CustomerState {
  const { interval = 'month', quantities = {}, ...fields } = rest
  const number = ++nextNumber
  const terms = resolveTerms(
    state.catalog,
    { plan: planKey, interval, currency: null, quantities },
    state.customer.currency,
  )
  const change = createSubscription(state, {
    number,
    id: `sub_${number}`,
    terms,
    addOns: [],
    bundles: [],
    authority: 'engine',
    activation: 'automatic',
    startAt: null,
    trialDays: null,
    metadata: {},
    ...fields,
  })
  return settled(state, change)
}

/** The state after a change, as it would be saved. */
export const settled = (before: CustomerState, change: CustomerChange): CustomerState =>
  settle(before, change).after

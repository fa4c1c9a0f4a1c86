/**
 * The demo's customers, as the calls that make them: what stands here can be typed into a terminal.
 * Every POST has a key of its own, so that loading it twice changes nothing.
 */
import { DAY_MS, type Instant, toIso } from '../domain/time/instant.ts'

export interface DemoRequest {
  method: 'PUT' | 'POST'
  path: string
  body: Record<string, unknown>
}

const put = (path: string, body: Record<string, unknown>): DemoRequest => ({ method: 'PUT', path, body })
const post = (path: string, key: string, body: Record<string, unknown>): DemoRequest => ({
  method: 'POST',
  path,
  body: { ...body, idempotencyKey: `demo-${key}` },
})

const customer = (id: string, name: string, timeZone: string, locale: string): DemoRequest =>
  put(`/v1/customers/${id}`, {
    name,
    timeZone,
    locale,
    email: `billing@${id}.example`,
    billing: { address: addresses[timeZone] ?? null },
  })
/** One for each time zone: taxes depend on it, and documents name it. */
const addresses: Record<string, Record<string, string>> = {
  'Africa/Abidjan': { line1: '4 rue du Commerce', city: 'Abidjan', country: 'CI' },
  'Europe/Paris': { line1: '8 rue de Rivoli', postalCode: '75004', city: 'Paris', country: 'FR' },
  'Europe/Berlin': { line1: 'Lindenstraße 3', postalCode: '10969', city: 'Berlin', country: 'DE' },
  'America/New_York': { line1: '20 Broad Street', postalCode: '10005', city: 'New York', country: 'US' },
  'America/Los_Angeles': { line1: '1 Main Street', postalCode: '90012', city: 'Los Angeles', country: 'US' },
}
/** Of the simulator: it pays, unless its name says otherwise. */
const card = (id: string, instrument = 'card_ok'): DemoRequest =>
  post(`/v1/customers/${id}/payment-methods`, `card-${id}`, { provider: 'simulator', instrument })
const subscribe = (
  id: string,
  plan: string,
  currency: string,
  more: Record<string, unknown> = {},
): DemoRequest =>
  post('/v1/subscriptions', `subscribe-${id}`, { customer: id, plan, interval: 'month', currency, ...more })
const use = (id: string, feature: string, amount: number, member?: string): DemoRequest =>
  post('/v1/consume', `use-${id}-${feature}-${member ?? ''}`, {
    customer: id,
    feature,
    amount,
    ...(member === undefined ? {} : { member }),
  })

/** @param now the customers' past and future are told from it */
export function demoRequests(now: Instant): DemoRequest[] {
  return [...customersInUse(now), ...customersWithTrouble()]
}

function customersInUse(now: Instant): DemoRequest[] {
  return [
    // A bank's branches: near its limits.
    customer('acme', 'Acme', 'Africa/Abidjan', 'fr'),
    card('acme'),
    subscribe('acme', 'essential', 'XOF', { trialDays: 0 }),
    put('/v1/customers/acme/members/ama', { name: 'Ama' }),
    put('/v1/customers/acme/members/kofi', { name: 'Kofi' }),
    use('acme', 'sites', 1),
    use('acme', 'agents', 4),
    use('acme', 'tickets', 430),
    use('acme', 'llm_tokens', 78_000, 'ama'),
    use('acme', 'llm_tokens', 21_500, 'kofi'),
    post('/v1/set', 'set-acme-storage', { customer: 'acme', feature: 'storage', amount: 4_200_000_000 }),
    // Above its allowance on a priced policy, with credits of several kinds.
    customer('globex', 'Globex', 'Europe/Paris', 'fr'),
    card('globex'),
    subscribe('globex', 'professional', 'USD', { trialDays: 0 }),
    put('/v1/customers/globex/members/lea', { name: 'Léa' }),
    use('globex', 'tickets', 1_950),
    post('/v1/consume', 'overage-globex', { customer: 'globex', feature: 'tickets', amount: 120 }),
    post('/v1/customers/globex/grants', 'grant-globex', {
      feature: 'credits',
      amount: 50,
      reason: 'Credit pack',
      expiresAt: toIso(now + 365 * DAY_MS),
    }),
    use('globex', 'report', 7),
    use('globex', 'inspection', 12),
    // On trial.
    customer('initech', 'Initech', 'America/New_York', 'en'),
    card('initech'),
    subscribe('initech', 'essential', 'USD'),
    use('initech', 'tickets', 35),
    use('initech', 'prompts', 9),
    // Raised by hand until the end of the quarter.
    customer('umbrella', 'Umbrella', 'Europe/Berlin', 'en'),
    card('umbrella'),
    subscribe('umbrella', 'essential', 'USD', { trialDays: 0 }),
    put('/v1/customers/umbrella/overrides/tickets', {
      limit: 800,
      reason: 'Migration of their archive',
      author: 'ops@example.com',
      expiresAt: toIso(now + 60 * DAY_MS),
    }),
    use('umbrella', 'tickets', 610),
    // Unlimited.
    customer('stark', 'Stark Industries', 'America/New_York', 'en'),
    card('stark'),
    subscribe('stark', 'enterprise', 'USD', { trialDays: 0 }),
    use('stark', 'tickets', 48_210),
    // Nothing bought: the free plan holds.
    customer('dunder', 'Dunder', 'America/New_York', 'en'),
    use('dunder', 'tickets', 12),
  ]
}

function customersWithTrouble(): DemoRequest[] {
  return [
    // Suspended by the operator.
    customer('hooli', 'Hooli', 'America/Los_Angeles', 'en'),
    card('hooli'),
    subscribe('hooli', 'professional', 'USD', { trialDays: 0 }),
    use('hooli', 'sites', 2),
    put('/v1/customers/hooli/suspension', { reason: 'Terms of use', author: 'ops@example.com' }),
    // Its card is declined: the invoice stays open, is tried again, and dunning begins.
    customer('soylent', 'Soylent', 'America/New_York', 'en'),
    card('soylent', 'card_insufficient_funds'),
    subscribe('soylent', 'essential', 'USD', { trialDays: 0 }),
    use('soylent', 'tickets', 140),
    // Brought in above its limit: it keeps what it has and may not add.
    post('/v1/imports', 'import-wayne', {
      customers: [
        {
          id: 'wayne',
          name: 'Wayne',
          timeZone: 'America/Chicago',
          plan: 'essential',
          currency: 'USD',
          trialDays: 14,
          held: { sites: 3, agents: 4 },
        },
      ],
    }),
  ]
}

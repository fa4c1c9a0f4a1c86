import type { CatalogDefinition } from '@tollkeeper/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queueCatalog } from '../support/catalog.ts'
import { type CustomerBench, type Json, START, startBench } from './support.ts'

const catalog = {
  ...queueCatalog,
  addOns: {
    'more-sites': { kind: 'recurring', prices: { XOF: { month: 1_000 } }, allowances: { sites: 2 } },
    tickets: { kind: 'one_off', prices: { XOF: 500 }, allowances: { tickets: 100 } },
  },
  plans: {
    ...queueCatalog.plans,
    seats: {
      prices: { XOF: { month: { perUnit: { seats: '500' } } } },
      allowances: { agents: { limit: 1, perQuantity: 'seats' } },
    },
    free: { allowances: { sites: 1 } },
  },
} satisfies CatalogDefinition

let bench: CustomerBench
beforeAll(async () => {
  bench = await startBench(catalog)
})
afterAll(() => bench.stop())

describe('POST /v1/subscriptions', () => {
  it('starts the trial of the plan, or is active at once', async () => {
    expect(await bench.subscribe('trial', 'essential')).toMatchObject({
      object: 'subscription',
      customer: 'trial',
      status: 'trialing',
      plan: 'essential',
      planVersion: 1,
      trialEndAt: '2026-03-25T00:00:00.000Z',
      periodStart: '2026-03-10T10:15:00.000Z',
      periodEnd: '2026-03-25T00:00:00.000Z',
    })
    expect(await bench.subscribe('paid', 'essential', { trialDays: 0 })).toMatchObject({
      status: 'active',
      interval: 'month',
      currency: 'XOF',
      periodEnd: '2026-04-10T10:15:00.000Z',
    })
    expect(await bench.happened('trial')).toEqual([
      'customer.created',
      'entitlements.changed',
      'subscription.created',
      'subscription.trial_started',
      'access.changed',
      'entitlements.changed',
    ])
  })

  it('waits for POST …/activate when asked to', async () => {
    const { id, status } = await bench.subscribe('manual', 'seats', { activation: 'manual' })
    expect(status).toBe('incomplete')
    const blocked = await bench.ok('GET', '/v1/customers/manual')
    expect(blocked.access).toEqual({ level: 'blocked', reason: 'payment_required' })
    expect(await bench.ok('POST', `/v1/subscriptions/${id}/activate`, {})).toMatchObject({ status: 'active' })
    expect((await bench.ok('GET', '/v1/customers/manual')).access.level).toBe('full')
    expect(await bench.refused('POST', `/v1/subscriptions/${id}/activate`, {})).toBe('409 subscription_state')
  })

  it('needs a plan, a price, and quantities that the plan counts', async () => {
    await bench.ok('PUT', '/v1/customers/asks', {})
    const post = (body: Record<string, unknown>) =>
      bench.refused('POST', '/v1/subscriptions', {
        customer: 'asks',
        interval: 'month',
        currency: 'XOF',
        ...body,
      })
    expect(await post({ plan: 'platinum' })).toBe('404 plan_not_found')
    expect(await post({ plan: 'essential', currency: 'EUR' })).toBe('422 price_not_found')
    expect(await post({ plan: 'essential', interval: 'week' })).toBe('422 price_not_found')
    expect(await post({ plan: 'essential', quantities: { seats: 2 } })).toBe('400 invalid_request')
    expect(await post({ plan: 'essential', addOns: ['nothing'] })).toBe('404 add_on_not_found')
    expect(await post({ plan: 'essential', addOns: ['tickets'] })).toBe('422 add_on_kind')
    expect(await post({ plan: 'essential', paymentMethod: 'pm_1' })).toBe('404 payment_method_not_found')
    expect(await post({ plan: 'essential', customer: 'nobody' })).toBe('404 customer_not_found')
    expect(await bench.subscribe('asks', 'free', { currency: undefined })).toMatchObject({ currency: 'XXX' })
  })

  it('is never to be billed in terms that something of it has no price for', async () => {
    const noPrice = '422 price_not_found'
    await bench.ok('PUT', '/v1/customers/yearly', {})
    const yearly = { customer: 'yearly', plan: 'essential', interval: 'year', currency: 'XOF' }
    const withModule = { ...yearly, addOns: ['more-sites'] }
    expect(await bench.refused('POST', '/v1/subscriptions', withModule)).toBe(noPrice)

    const { id } = await bench.subscribe('priced', 'essential', { trialDays: 0 })
    const change = { interval: 'year', when: 'period_end' }
    await bench.ok('PUT', `/v1/subscriptions/${id}/add-ons/more-sites`, {})
    expect(await bench.refused('POST', `/v1/subscriptions/${id}/change`, change)).toBe(noPrice)
    await bench.ok('DELETE', `/v1/subscriptions/${id}/add-ons/more-sites?when=period_end`)
    expect(await bench.ok('POST', `/v1/subscriptions/${id}/change`, change)).toMatchObject({
      scheduledChange: { interval: 'year' },
    })
    expect(await bench.refused('PUT', `/v1/subscriptions/${id}/add-ons/more-sites`, {})).toBe(noPrice)
  })

  it('CM-13 allows one live subscription per customer, also when ten ask at once', async () => {
    await bench.ok('PUT', '/v1/customers/eager', {})
    const body = { customer: 'eager', plan: 'essential', interval: 'month', currency: 'XOF' }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => bench.server.request('POST', '/v1/subscriptions', { body })),
    )
    const codes = answers.map((answer) => answer.body.code ?? answer.status).sort()
    expect(codes).toEqual([201, ...Array.from({ length: 9 }, () => 'subscription_exists')])
    expect(answers.filter((answer) => answer.status === 409)).toHaveLength(9)
    const { data } = await bench.ok('GET', '/v1/subscriptions?customer=eager')
    expect(data).toHaveLength(1)
  })

  it('GT-2 answers the second purchase with 409, and the same request under its key with the first answer', async () => {
    await bench.ok('PUT', '/v1/customers/again', {})
    const body = { customer: 'again', plan: 'essential', interval: 'month', currency: 'XOF' }
    const send = (key: string) =>
      bench.server.request('POST', '/v1/subscriptions', { body, headers: { 'idempotency-key': key } })
    const first = await send('one')
    expect((await send('one')).body).toEqual(first.body)
    expect((await send('two')).body.code).toBe('subscription_exists')
  })

  it('lets a customer who cancelled subscribe again: history kept, no second trial', async () => {
    const { id } = await bench.subscribe('back', 'essential')
    await bench.ok('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now' })
    expect((await bench.ok('GET', '/v1/customers/back')).access.reason).toBe('subscription_cancelled')
    const body = { customer: 'back', plan: 'essential', interval: 'month', currency: 'XOF' }
    expect(await bench.refused('POST', '/v1/subscriptions', { ...body, trialDays: 7 })).toBe('409 trial_used')
    expect(await bench.ok('POST', '/v1/subscriptions', body)).toMatchObject({
      status: 'active',
      trialEndAt: null,
    })
    const { data } = await bench.ok('GET', '/v1/subscriptions?customer=back')
    expect(data.map((each: Json) => each.status)).toEqual(['active', 'canceled'])
  })
})

describe('changing a subscription', () => {
  it('cancels at the end of the period, and undoes it before', async () => {
    const { id } = await bench.subscribe('leaves', 'essential', { trialDays: 0 })
    const post = (verb: string, body: unknown = {}) =>
      bench.ok('POST', `/v1/subscriptions/${id}/${verb}`, body)
    expect(await post('cancel')).toMatchObject({ status: 'active', cancelAt: '2026-04-10T10:15:00.000Z' })
    expect(await post('resume')).toMatchObject({ cancelAt: null, canceledAt: null })
    await post('cancel', { when: 'period_end' })
    bench.moveTo('2026-04-10T10:15:00Z')
    expect(await bench.ok('GET', `/v1/subscriptions/${id}`)).toMatchObject({ status: 'canceled' })
    expect(await bench.refused('POST', `/v1/subscriptions/${id}/resume`, {})).toBe('409 subscription_state')
    bench.moveTo(START)
  })

  it('changes plan, quantities and add-ons', async () => {
    const { id } = await bench.subscribe('grows', 'essential', { trialDays: 0 })
    const path = `/v1/subscriptions/${id}`
    expect(await bench.ok('POST', `${path}/change`, { plan: 'professional' })).toMatchObject({
      plan: 'professional',
    })
    expect(await bench.limitOf('grows', 'sites')).toBe(3)
    expect(await bench.ok('PUT', `${path}/add-ons/more-sites`, { quantity: 2 })).toMatchObject({
      addOns: [{ id: 'more-sites', quantity: 2 }],
    })
    expect(await bench.limitOf('grows', 'sites')).toBe(7)
    await bench.ok('PUT', `${path}/add-ons/more-sites`, { quantity: 1 })
    expect(await bench.limitOf('grows', 'sites')).toBe(5)
    await bench.ok('DELETE', `${path}/add-ons/more-sites`)
    expect(await bench.limitOf('grows', 'sites')).toBe(3)
    const down = await bench.ok('POST', `${path}/change`, { plan: 'essential' })
    expect(down).toMatchObject({
      plan: 'professional',
      scheduledChange: { plan: 'essential', at: '2026-04-10T10:15:00.000Z' },
    })
    const seats = await bench.subscribe('seated', 'seats', { quantities: { seats: 3 } })
    expect(await bench.limitOf('seated', 'agents')).toBe(3)
    await bench.ok('POST', `/v1/subscriptions/${seats.id}/change`, { quantities: { seats: 8 } })
    expect(await bench.limitOf('seated', 'agents')).toBe(8)
  })

  it('pauses until it is resumed', async () => {
    const { id } = await bench.subscribe('rests', 'enterprise')
    expect(await bench.ok('POST', `/v1/subscriptions/${id}/pause`, {})).toMatchObject({ status: 'paused' })
    expect((await bench.ok('GET', '/v1/customers/rests')).access.reason).toBe('subscription_inactive')
    expect(await bench.refused('PUT', `/v1/subscriptions/${id}/add-ons/more-sites`, {})).toBe(
      '403 subscription_inactive',
    )
    expect(await bench.ok('POST', `/v1/subscriptions/${id}/resume`, {})).toMatchObject({ status: 'active' })
  })

  it('of one that is not there is refused', async () => {
    expect(await bench.refused('GET', '/v1/subscriptions/sub_test_0')).toBe('404 subscription_not_found')
    expect(await bench.refused('POST', '/v1/subscriptions/sub_test_0/cancel', {})).toBe(
      '404 subscription_not_found',
    )
  })
})

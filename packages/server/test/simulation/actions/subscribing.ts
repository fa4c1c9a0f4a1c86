/** Subscribing and changing one's mind. */
import type { Answered } from '../../support/catalog.ts'
import type { Turn } from '../turn.ts'

const COUPONS = ['QUARTER', 'EIGHTH', 'FIVER', 'EARLY']

/** The live one; undefined without. */
export async function liveSubscription(turn: Turn): Promise<Answered> {
  const { body } = await turn.read(`/v1/subscriptions?customer=${turn.customer.id}&limit=1`)
  const newest = body.data?.[0]
  return ['canceled', 'expired', undefined].includes(newest?.status) ? undefined : newest
}

export async function subscribe(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const { product } = customer
  const body = {
    customer: customer.id,
    plan: random.pick(product.plans),
    interval: random.pick(product.intervals),
    ...(product.seats ? { quantities: { seats: random.between(1, 9) } } : {}),
    ...(random.chance(0.2) ? { coupons: [random.pick(COUPONS)] } : {}),
    ...(random.chance(0.2) ? { trialDays: random.pick([0, 1, 14]) } : {}),
  }
  if (random.chance(0.3)) {
    const preview = await turn.ask('POST', '/v1/subscriptions/preview', body)
    if (preview.status >= 300) return
    const { previewToken } = preview.body
    await turn.ask('POST', '/v1/subscriptions', { ...body, previewToken }, { once: true })
    return
  }
  await turn.ask('POST', '/v1/subscriptions', body, { once: true })
}

export async function changePlan(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const { product } = customer
  const body = {
    plan: random.pick(product.plans),
    ...(random.chance(0.3) ? { interval: random.pick(product.intervals) } : {}),
    ...(random.chance(0.5) ? { when: random.pick(['now', 'period_end']) } : {}),
  }
  await change(turn, body)
}

export async function changeQuantity(turn: Turn): Promise<void> {
  if (!turn.customer.product.seats) return
  await change(turn, { quantities: { seats: turn.random.between(1, 12) } })
}

/** ST-8: half of them see the figures first, and agree to those. */
async function change(turn: Turn, body: object): Promise<void> {
  const agrees = turn.random.chance(0.5)
  const live = await liveSubscription(turn)
  if (live === undefined) return
  const path = `/v1/subscriptions/${live.id}`
  if (!agrees) {
    await turn.ask('POST', `${path}/change`, body, { once: true })
    return
  }
  const preview = await turn.ask('POST', `${path}/preview`, body)
  if (preview.status >= 300) return
  const { previewToken } = preview.body
  await turn.ask('POST', `${path}/change`, { ...body, previewToken }, { once: true })
}

export async function switchAddOn(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const { addOns } = customer.product
  const [on, quantity, index] = [random.chance(0.6), random.between(1, 3), random.below(9)]
  const when = random.pick(['now', 'period_end'])
  const live = await liveSubscription(turn)
  if (live === undefined || addOns.length === 0) return
  const path = `/v1/subscriptions/${live.id}/add-ons/${addOns[index % addOns.length]}`
  if (on) await turn.ask('PUT', path, { quantity })
  else await turn.ask('DELETE', `${path}?when=${when}`)
}

export async function switchBundle(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const [on, when] = [random.chance(0.6), random.pick(['now', 'period_end'])]
  const [bundle] = customer.product.bundles
  const live = await liveSubscription(turn)
  if (live === undefined || bundle === undefined) return
  const path = `/v1/subscriptions/${live.id}/bundles/${bundle}`
  if (on) await turn.ask('PUT', path, {})
  else await turn.ask('DELETE', `${path}?when=${when}`)
}

const verb =
  (name: string, bodyOf: (turn: Turn) => object) =>
  async (turn: Turn): Promise<void> => {
    const body = bodyOf(turn)
    const live = await liveSubscription(turn)
    if (live !== undefined)
      await turn.ask('POST', `/v1/subscriptions/${live.id}/${name}`, body, { once: true })
  }

export const cancel = verb('cancel', ({ random }) => {
  const when = random.pick(['now', 'period_end', 'period_end'])
  return { when, credit: when === 'now' && random.chance(0.5) }
})
export const resume = verb('resume', () => ({}))
export const pause = verb('pause', () => ({}))
export const redeem = verb('change', ({ random }) => ({ coupons: [random.pick(COUPONS)] }))

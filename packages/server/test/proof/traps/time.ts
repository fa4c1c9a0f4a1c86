/** Traps of time, change and keys: each answers what went wrong, and nothing where all is well. */
import { type Ground, newName } from './ground.ts'

const day = (date: string, time = '10:00:00') => `2026-${date}T${time}Z`

/** Goes to and fro between plans, and takes what there is each time. */
export async function planCycle(ground: Ground, cycle: 'change' | 'cancel' | 'free'): Promise<string[]> {
  ground.moveTo(day('03-10'))
  const customer = newName(`cycle-${cycle}`)
  let { id } = await ground.subscribe(customer, 'small')
  const change = (plan: string) => ground.ok('POST', `/v1/subscriptions/${id}/change`, { plan, when: 'now' })
  const cancel = () => ground.ok('POST', `/v1/subscriptions/${id}/cancel`, { when: 'now' })
  let taken = 0
  const takeAll = async () => {
    const { remaining } = await ground.usageOf(customer, 'calls')
    if (remaining > 0 && (await ground.take(customer, 'calls', { amount: remaining })).allowed)
      taken += remaining
  }
  await takeAll()
  for (let round = 1; round <= 4; round += 1) {
    ground.moveTo(day('03-10', `1${round}:00:00`))
    if (cycle === 'change') await change('large')
    else await cancel()
    if (cycle !== 'cancel') await takeAll()
    if (cycle === 'change') await change('small')
    else ({ id } = await ground.subscribe(customer, 'small'))
    await takeAll()
  }
  // the largest plan of the cycle, once
  const most = cycle === 'change' ? 200 : 100
  return taken === most ? [] : [`${taken} were taken where ${most} are sold`]
}

export async function leaseUnderLoweredLimit(ground: Ground): Promise<string[]> {
  ground.moveTo(day('03-10'))
  const customer = newName('lease')
  await ground.subscribe(customer, 'small')
  const lease = await ground.ok('POST', '/v1/leases', { customer, feature: 'calls', amount: 60 })
  await ground.ok('PUT', `/v1/customers/${customer}/overrides/calls`, { limit: 70, reason: 'a trap' })
  let admitted = 0
  for (let index = 0; index < 15; index += 1)
    if ((await ground.take(customer, 'calls')).allowed) admitted += 1
  await ground.ok('PUT', `/v1/customers/${customer}/overrides/calls`, { limit: 50, reason: 'a trap' })
  const wrong = admitted === 10 ? [] : [`${admitted} beside a lease of 60 under a limit of 70`]
  if ((await ground.take(customer, 'calls')).allowed) wrong.push('one more under a limit of 50')
  await ground.ok('POST', `/v1/leases/${lease.id}/report`, { amount: 40 })
  if ((await ground.take(customer, 'calls')).allowed) wrong.push('51 under a limit of 50')
  return wrong
}

export async function refusalBindsNothing(ground: Ground): Promise<string[]> {
  ground.moveTo(day('03-10'))
  const customer = newName('refused')
  const { id } = await ground.subscribe(customer, 'small')
  const take = () => ground.take(customer, 'calls', { amount: 150, idempotencyKey: 'again' })
  const wrong = (await take()).allowed ? ['150 of 100'] : []
  await ground.ok('POST', `/v1/subscriptions/${id}/change`, { plan: 'large', when: 'now' })
  const again = await take()
  if (!again.allowed || again.replayed || again.used !== 150)
    wrong.push('the upgrade did not help the same key')
  return wrong
}

/** No job runs on this ground: what turns, turns in the decision. */
export async function turnAtMidnight(ground: Ground): Promise<string[]> {
  ground.moveTo(day('03-14', '23:59:59.999'))
  const customer = newName('night')
  await ground.subscribe(customer, 'small')
  const wrong: string[] = []
  if (!(await ground.take(customer, 'visits', { amount: 5 })).allowed) wrong.push('refused in the evening')
  if ((await ground.take(customer, 'visits')).allowed) wrong.push('a sixth in the evening')
  ground.moveTo(day('03-15', '00:00:00'))
  const { allowed, used } = await ground.take(customer, 'visits')
  if (!allowed || used !== 1) wrong.push('the first of the next day was not the first')
  const { data } = await ground.ok('GET', `/v1/customers/${customer}/usage/windows?feature=visits`)
  if (data.length !== 1 || data[0].used !== 5) wrong.push('the day before is not in the history')
  return wrong
}

export async function lateAndFuture(ground: Ground): Promise<string[]> {
  ground.moveTo(day('03-14'))
  const customer = newName('late')
  await ground.subscribe(customer, 'small')
  await ground.take(customer, 'visits', { amount: 2 })
  ground.moveTo(day('03-15'))
  await ground.take(customer, 'visits', { amount: 4 })
  const events = [
    day('03-14', '09:00:00'),
    day('03-15', '10:03:00'),
    day('03-15', '10:06:00'),
    day('01-15'),
  ].map((at) => ({ customer, feature: 'visits', amount: 1, at }))
  const { rejected, accepted } = await ground.ok('POST', '/v1/events', { events })
  const wrong: string[] = []
  const codes = rejected.map((each: { index: number; code: string }) => `${each.index} ${each.code}`).join()
  if (codes !== '2 event_in_future,3 event_too_late' || accepted !== 2) wrong.push(`rejected: ${codes}`)
  if ((await ground.usageOf(customer, 'visits')).used !== 5) wrong.push('the running day counts another’s')
  const { data } = await ground.ok('GET', `/v1/customers/${customer}/usage/windows?feature=visits`)
  if (data[0]?.used !== 3) wrong.push('the day before lacks its late use')
  return wrong
}

export async function giveBackRevivesNothing(ground: Ground): Promise<string[]> {
  ground.moveTo(day('03-14'))
  const customer = newName('returned')
  await ground.subscribe(customer, 'small')
  const { event } = await ground.take(customer, 'visits', { amount: 3 })
  ground.moveTo(day('03-15'))
  await ground.take(customer, 'visits', { amount: 4 })
  await ground.ok('POST', '/v1/release', { customer, feature: 'visits', of: event })
  const wrong: string[] = []
  if ((await ground.take(customer, 'visits', { amount: 2 })).allowed)
    wrong.push('yesterday’s is used again today')
  const { data } = await ground.ok('GET', `/v1/customers/${customer}/usage/windows?feature=visits`)
  if (data[0]?.used !== 0) wrong.push('yesterday still counts it')
  return wrong
}

/** A machine whose clock is set back, in the middle of a day that has begun. */
export async function clockGoesBack(ground: Ground): Promise<string[]> {
  ground.moveTo(day('03-15', '00:10:00'))
  const customer = newName('back')
  await ground.subscribe(customer, 'small')
  let taken = (await ground.take(customer, 'visits', { amount: 5 })).allowed ? 5 : 0
  ground.moveTo(day('03-14', '23:50:00'))
  await ground.ok('PUT', `/v1/customers/${customer}/overrides/visits`, { limit: 6, reason: 'a trap' })
  if ((await ground.take(customer, 'visits')).allowed) taken += 1
  ground.moveTo(day('03-15', '00:20:00'))
  for (let index = 0; index < 6; index += 1) if ((await ground.take(customer, 'visits')).allowed) taken += 1
  return taken === 6 ? [] : [`${taken} on a day of 6`]
}

/**
 * Many callers at once, each doing a few things of every kind to one customer, through any server, some calls twice.
 *
 * Owns: what callers do, and what they were told. Does not own: whether that was right (`exactness.test.ts`).
 * Invariant: nothing is left open at the end: every reservation and lease was settled, canceled or reported.
 */
import type { Cluster } from './cluster.ts'
import type { Random } from './random.ts'
import {
  gauges,
  graceOf,
  memberFeatures,
  members,
  ownFeatures,
  type StormFeature,
  stormCatalog,
} from './storm-catalog.ts'

/** What a caller was told that it has: sums by feature. */
export interface Told {
  consumed: Map<StormFeature, number>
  /** What came back, by release. */
  released: Map<StormFeature, number>
  settled: Map<StormFeature, number>
  /** What was used above what was reserved: the truth, which no limit stops. */
  aboveEstimate: Map<StormFeature, number>
  answers: number
  refusals: number
  /** Whatever should not have been said. */
  wrong: string[]
}

export interface StormOptions {
  cluster: Cluster
  customer: string
  random: Random
  callers: number
  steps: number
  /** Do settlements pass their estimates now and then? */
  truth: boolean
}

interface Use {
  event: string
  key: string
  feature: StormFeature
  member: string | undefined
  left: number
}

const features = Object.keys(stormCatalog.features) as StormFeature[]

interface Caller extends StormOptions {
  name: string
  told: Told
  uses: Use[]
  counter: number
}

export async function storm(options: StormOptions): Promise<Told> {
  const told: Told = {
    consumed: new Map(),
    released: new Map(),
    settled: new Map(),
    aboveEstimate: new Map(),
    answers: 0,
    refusals: 0,
    wrong: [],
  }
  const run = async (index: number) => {
    const caller: Caller = { ...options, name: `${options.customer}-${index}`, told, uses: [], counter: 0 }
    for (let step = 0; step < options.steps; step += 1) await act(caller)
  }
  await Promise.all(Array.from({ length: options.callers }, (_, index) => run(index)))
  return told
}

const add = (sums: Map<StormFeature, number>, feature: StormFeature, amount: number) =>
  sums.set(feature, (sums.get(feature) ?? 0) + amount)

async function act(caller: Caller): Promise<void> {
  const { random } = caller
  const feature = random.pick(features)
  const member = memberFeatures.includes(feature)
    ? !ownFeatures.includes(feature) && random.chance(0.2)
      ? undefined
      : random.pick(members)
    : undefined
  const what = { customer: caller.customer, feature, ...(member === undefined ? {} : { member }) }
  const kind = random.below(10)
  if (kind < 4) return consume(caller, what, feature)
  if (kind < 6) return giveBack(caller, what, feature)
  if (kind < 8) return reserve(caller, what, feature)
  if (kind < 9) return lease(caller, what, feature)
  return look(caller, what)
}

type What = { customer: string; feature: string; member?: string }

/** Sends it once, or twice at the same time to any two servers; answers those that were told. */
async function send(caller: Caller, path: string, body: Record<string, unknown>, accept: number[] = []) {
  const { cluster, random, told } = caller
  const options = () => ({ server: random.below(cluster.servers.length), accept })
  const times = random.chance(0.15) ? 2 : 1
  const answers = await Promise.all(
    Array.from({ length: times }, () => cluster.call('POST', path, body, options())),
  )
  told.answers += answers.length
  return answers
}

const keyOf = (caller: Caller): string => `${caller.name}-${(caller.counter += 1)}`

async function consume(caller: Caller, what: What, feature: StormFeature): Promise<void> {
  const { random, told } = caller
  const amount = random.between(1, 3)
  const action = feature === 'credits' && random.chance(0.3)
  const key = keyOf(caller)
  const body = { ...what, feature: action ? 'scan' : feature, amount, idempotencyKey: key }
  const answers = (await send(caller, '/v1/consume', body)).map((answer) => answer.body)
  const admitted = answers.filter((answer) => answer.allowed)
  told.refusals += answers.length - admitted.length
  const [first] = admitted
  if (first === undefined) return
  const units = action ? amount * 3 : amount
  add(told.consumed, feature, units)
  caller.uses.push({ event: first.event, key, feature, member: what.member, left: units })
  const fresh = admitted.filter((answer) => !answer.replayed).length
  const facts = (answer: typeof first) =>
    JSON.stringify([answer.event, answer.used, answer.remaining, answer.limit, answer.overage, answer.amount])
  if (fresh !== 1 || new Set(admitted.map(facts)).size !== 1)
    told.wrong.push(`the key ${key}: ${fresh} fresh of ${admitted.map(facts).join(' ')}`)
}

async function giveBack(caller: Caller, what: What, feature: StormFeature): Promise<void> {
  const { random, told } = caller
  if (gauges.includes(feature)) {
    const amount = random.between(1, 3)
    const answers = await send(
      caller,
      '/v1/release',
      { ...what, amount, idempotencyKey: keyOf(caller) },
      [409],
    )
    if (answers.some((answer) => answer.status === 200)) add(told.released, feature, amount)
    return
  }
  const use = random.pick(caller.uses.filter((each) => !gauges.includes(each.feature) && each.left > 0))
  if (use === undefined) return
  const amount = random.chance(0.5) ? use.left : random.between(1, use.left)
  const body = {
    customer: what.customer,
    feature: use.feature,
    of: random.chance(0.5) ? use.event : use.key,
    ...(amount === use.left && random.chance(0.5) ? {} : { amount }),
    idempotencyKey: keyOf(caller),
  }
  const answers = await send(caller, '/v1/release', body)
  use.left -= amount
  add(told.released, use.feature, amount)
  if (new Set(answers.map((answer) => answer.body.event)).size !== 1)
    told.wrong.push(`a use given back twice: ${use.event}`)
}

async function reserve(caller: Caller, what: What, feature: StormFeature): Promise<void> {
  const { cluster, random, told } = caller
  const amount = random.between(1, 5)
  const body = { ...what, amount, ttlSeconds: 600, idempotencyKey: keyOf(caller) }
  const answers = (await send(caller, '/v1/reservations', body)).map((answer) => answer.body)
  const ids = new Set(answers.filter((answer) => answer.allowed).map((answer) => answer.id))
  if (ids.size > 1 || ids.has(null)) told.wrong.push(`one reservation became ${[...ids].join(' and ')}`)
  const [id] = ids
  if (id === undefined) {
    told.refusals += answers.length
    return
  }
  if (random.chance(0.5)) await look(caller, what)
  if (random.chance(0.25)) {
    const server = random.below(cluster.servers.length)
    await cluster.call('DELETE', `/v1/reservations/${id}`, undefined, { server })
    return
  }
  const above = caller.truth && random.chance(0.2) ? random.between(1, 4) : 0
  const used = above > 0 ? amount + above : random.between(0, amount)
  const settlement = { amount: used, ...(random.chance(0.5) ? { idempotencyKey: keyOf(caller) } : {}) }
  await send(caller, `/v1/reservations/${id}/settle`, settlement)
  add(told.settled, feature, used)
  add(told.aboveEstimate, feature, above)
}

async function lease(caller: Caller, what: What, feature: StormFeature): Promise<void> {
  const { random, told } = caller
  const body = { ...what, amount: random.between(2, 9), ttlSeconds: 60, idempotencyKey: keyOf(caller) }
  const answers = (await send(caller, '/v1/leases', body)).map((answer) => answer.body)
  const admitted = answers.filter((answer) => answer.allowed)
  const [first] = admitted
  if (first === undefined) {
    told.refusals += answers.length
    return
  }
  if (new Set(admitted.map((answer) => `${answer.id} ${answer.granted}`)).size !== 1)
    told.wrong.push(
      `one lease became ${JSON.stringify(admitted.map((answer) => [answer.id, answer.granted]))}`,
    )
  if (first.granted < 1 || first.granted > body.amount)
    told.wrong.push(`a lease of ${first.granted} where ${body.amount} was asked`)
  const used = random.between(0, first.granted)
  await send(caller, `/v1/leases/${first.id}/report`, { amount: used })
  add(told.settled, feature, used)
}

/** Reading is true at any moment, while everybody takes. */
async function look(caller: Caller, what: What): Promise<void> {
  const { cluster, random, told } = caller
  const server = random.below(cluster.servers.length)
  if (random.chance(0.5)) {
    await cluster.call('POST', '/v1/check', { ...what, amount: 1 }, { server })
    return
  }
  const { body } = await cluster.call('GET', `/v1/customers/${caller.customer}/usage`, undefined, { server })
  for (const row of body.data) {
    const taken = row.used + row.reserved
    const feature = row.feature as StormFeature
    const isHard = !caller.truth && graceOf[feature] === 0
    // A limit may have been lowered below what is taken.
    if (isHard && taken + row.remaining !== Math.max(row.limit, taken))
      told.wrong.push(`${feature} ${row.member}: ${taken} taken + ${row.remaining} remaining of ${row.limit}`)
  }
}

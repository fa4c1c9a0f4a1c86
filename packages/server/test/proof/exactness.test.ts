/**
 * I-1, I-4 and I-5 for usage: four server processes, one database, hundreds of callers at once against small limits.
 * The seed is printed; TOLLKEEPER_PROOF_SEED=n tries it again, TOLLKEEPER_PROOF=more|full tries more of them.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { DAY_MS, toIso } from '../../src/domain/time/instant.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { auditThroughApi } from './support/api-audit.ts'
import { audit, readBalances } from './support/audit.ts'
import { type Cluster, startCluster } from './support/cluster.ts'
import { createRandom, isSample, proofSeeds, type Random } from './support/random.ts'
import { storm, type Told } from './support/storm.ts'
import { graceOf, members, type StormFeature, stormCatalog } from './support/storm-catalog.ts'

const [callers, steps] = isSample ? [{ strict: 60, truthful: 25 }, 4] : [{ strict: 120, truthful: 50 }, 6]

let database: TestDatabase
let cluster: Cluster
beforeAll(async () => {
  database = await createTestDatabase()
  cluster = await startCluster(database)
  await cluster.call('PUT', '/v1/catalog', stormCatalog)
})
afterAll(async () => {
  await cluster?.stop()
  await database?.close()
})

async function makeCustomer(customer: string, random: Random): Promise<void> {
  await cluster.call('PUT', `/v1/customers/${customer}`, { timeZone: 'Africa/Abidjan' })
  for (const member of members) await cluster.call('PUT', `/v1/customers/${customer}/members/${member}`, {})
  await cluster.call('POST', '/v1/subscriptions', { customer, plan: 'storm', currency: 'XOF' })
  const expiresAt = toIso(systemClock.now() + 40 * DAY_MS)
  for (const priority of [50, 100, 150])
    await giveCredits(customer, random.between(3, 9), {
      priority,
      ...(priority === 100 ? { expiresAt } : {}),
    })
}

const giveCredits = (customer: string, amount: number, rest: object = {}) =>
  cluster.call('POST', `/v1/customers/${customer}/grants`, {
    feature: 'credits',
    amount,
    source: 'top_up',
    ...rest,
  })

/** What changes what is in force in the middle of it: every balance is brought to a new version. */
async function disturb(customer: string, random: Random): Promise<void> {
  for (let round = 0; round < 6; round += 1) {
    if (random.chance(0.5)) await giveCredits(customer, random.between(1, 5))
    const limit = round === 5 ? 44 : round % 2 === 0 ? 41 : 40
    await cluster.call('PUT', `/v1/customers/${customer}/overrides/calls`, { limit, reason: 'proof' })
  }
}

/** Looks again and again, while everybody takes, for a balance that is oversold. */
function watch(customers: string[]): { end(): Promise<string[]> } {
  const found = new Set<string>()
  let isOver = false
  const looking = (async () => {
    while (!isOver) {
      for (const row of await readBalances(database.db, customers)) {
        const taken = row.used + row.reserved + row.leased
        const most = row.capacity + graceOf[row.feature as StormFeature]
        if (taken > most) found.add(`${row.customer} ${row.feature} ${row.member}: ${taken} of ${most}`)
      }
    }
  })()
  return {
    async end() {
      isOver = true
      await looking
      return [...found]
    },
  }
}

/** Many ask for more than is left, everywhere at once: what is left is admitted, and not one more. */
async function fillUp(customer: string): Promise<string[]> {
  const wrong: string[] = []
  for (const { feature, member } of await readBalances(database.db, [customer])) {
    const grace = graceOf[feature as StormFeature]
    if (!Number.isFinite(grace)) continue
    const now = await readBalances(database.db, [customer])
    // A member's part is bounded by its pool, too.
    const bounds = now.filter(
      (row) => row.feature === feature && (row.member === member || row.member === null),
    )
    const room = Math.min(...bounds.map((row) => Math.max(0, row.capacity + grace - row.used)))
    const body = { customer, feature, ...(member === null ? {} : { member }) }
    const answers = await Promise.all(
      Array.from({ length: room + 24 }, () => cluster.call('POST', '/v1/consume', body)),
    )
    const admitted = answers.filter((answer) => answer.body.allowed).length
    if (admitted !== room)
      wrong.push(`${customer} ${feature} ${member}: ${admitted} admitted of ${room} left`)
  }
  return wrong
}

/** What callers were told is what stands in the tables, and nothing else does. */
async function compareWithTold(customer: string, told: Told): Promise<string[]> {
  const { rows } = await database.db.query<{ feature: string; verb: number; total: number }>({
    text: `select f.key as feature, e.verb, sum(e.amount)::bigint as total
      from usage_event e join customer c on c.environment = e.environment and c.id = e.customer
      join feature f on f.id = e.feature
      where e.environment = 1 and c.key = $1 group by 1, 2`,
    values: [customer],
  })
  const of = (feature: string, ...verbs: number[]) =>
    rows
      .filter((row) => row.feature === feature && verbs.includes(row.verb))
      .reduce((sum, row) => sum + row.total, 0)
  const wrong: string[] = []
  for (const feature of Object.keys(stormCatalog.features) as StormFeature[]) {
    const stored = [of(feature, 1), -of(feature, 3), of(feature, 6, 8)]
    const heard = [told.consumed, told.released, told.settled].map((sums) => sums.get(feature) ?? 0)
    if (stored.join() !== heard.join())
      wrong.push(`${customer} ${feature}: consumed, released, settled are ${stored}, but were told ${heard}`)
  }
  return wrong
}

describe('four processes on one database', () => {
  it.for(proofSeeds({ sample: 1, more: 10, full: 60 }))(
    'I-1 admits what the limit is and never more; I-4 what was granted is accounted for; I-5 nobody else is touched (seed %i)',
    { timeout: 600_000 },
    async (seed) => {
      console.log(`exactness: seed ${seed}`)
      const random = createRandom(seed)
      const strict = `strict-${seed}`
      const truthful = `truthful-${seed}`
      const bystander = `bystander-${seed}`
      for (const customer of [strict, truthful, bystander]) await makeCustomer(customer, createRandom(seed))
      const before = await readBalances(database.db, [bystander])
      const watched = watch([strict])
      const [told, toldTruth] = await Promise.all([
        storm({ cluster, customer: strict, random, callers: callers.strict, steps, truth: false }),
        storm({ cluster, customer: truthful, random, callers: callers.truthful, steps, truth: true }),
        disturb(strict, random),
        disturb(truthful, random),
      ])
      expect(await watched.end()).toEqual([])
      expect([...told.wrong, ...toldTruth.wrong]).toEqual([])
      expect(told.refusals).toBeGreaterThan(0)
      const customers = [strict, truthful]
      expect(await audit(database.db, customers)).toEqual([])
      expect(
        (await Promise.all(customers.map((customer) => auditThroughApi(cluster, customer)))).flat(),
      ).toEqual([])
      expect(await compareWithTold(strict, told)).toEqual([])
      expect(await compareWithTold(truthful, toldTruth)).toEqual([])
      for (const row of await readBalances(database.db, customers)) {
        expect([row.feature, row.reserved, row.leased]).toEqual([row.feature, 0, 0])
        const feature = row.feature as StormFeature
        const above = row.customer === truthful ? (toldTruth.aboveEstimate.get(feature) ?? 0) : 0
        expect(row.used, `${row.customer} ${feature} ${row.member}`).toBeLessThanOrEqual(
          row.capacity + graceOf[feature] + above,
        )
      }
      expect((await Promise.all(customers.map(fillUp))).flat()).toEqual([])
      expect(await audit(database.db, customers)).toEqual([])
      expect(
        (await Promise.all(customers.map((customer) => auditThroughApi(cluster, customer)))).flat(),
      ).toEqual([])
      expect(await readBalances(database.db, [bystander])).toEqual(before)
      const { rows } = await database.db.query<{ others: number }>(
        'select count(*) as others from usage_event where environment <> 1',
      )
      expect(rows[0]?.others).toBe(0)
    },
  )
})

/**
 * Rounds of load, a kill in the middle of it, and a check of everything once the product has come back by itself.
 *
 * Owns: when to kill, when to check. Does not own: what is right (`compare.ts`, `feed.ts`, `replay.ts`, the audit).
 * Invariant: while a check reads, nobody asks; a call whose effect is unknown is asked again before the check.
 */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Database, Queryable } from '../../../src/store/database/pool.ts'
import { audit } from '../support/audit.ts'
import { eventually } from '../support/eventually.ts'
import { createRandom, type Random } from '../support/random.ts'
import { type Account, accountOf } from './account.ts'
import { catalog } from './catalog.ts'
import { compare } from './compare.ts'
import { checkFeed } from './feed.ts'
import { changerLane, followerLane, type Lane, takerLane } from './lanes.ts'
import { createLoad, type Load } from './load.ts'
import { replay } from './replay.ts'
import { readStored } from './stored.ts'
import { startTarget, type Target, type Victim } from './target.ts'
import { type Acknowledged, startWitness, type Witness } from './witness.ts'

export interface Proof {
  readonly target: Target
  readonly load: Load
  /** How many replays were compared with what had been told. */
  readonly replays: number
  /** Puts the load on, kills, waits until answers count again, takes the load off. */
  round(victim: Victim | 'server, and both at its next start'): Promise<void>
  /** Load without any kill. */
  work(answers: number): Promise<void>
  /** Sentences on what is lost, twice or different. `every`: replays all that was ever told. */
  check(options?: { every?: boolean }): Promise<string[]>
  readonly account: Account
  stop(): Promise<void>
}

const CUSTOMERS = 3
const TAKERS_EACH = 5
const DEADLINE_MS = 90_000

export async function startProof(seed: number): Promise<Proof> {
  const random = createRandom(seed)
  const target = await startTarget()
  const witness = startWitness(join(target.home, 'journal'))
  try {
    const load = createLoad(target, witness, createRandom(seed + 1))
    const lanes = await makeLanes(target, load, random)
    return assemble({ target, witness, load, lanes, random })
  } catch (error) {
    await witness.stop()
    await target.stop()
    throw error
  }
}

async function makeLanes(target: Target, load: Load, random: Random): Promise<Lane[]> {
  const headers = { authorization: `Bearer ${target.secretKey}`, 'content-type': 'application/json' }
  const put = await fetch(`${target.url}/v1/catalog`, {
    method: 'PUT',
    headers,
    body: JSON.stringify(catalog),
  })
  if (!put.ok) throw new Error(`The catalog: ${put.status} ${await put.text()}`)
  const lanes: Lane[] = [followerLane()]
  const laneRandom = () => createRandom(random.below(2 ** 31))
  for (let index = 1; index <= CUSTOMERS; index += 1) {
    const customer = `hot-${index}`
    const cold = { customer, mayAbandon: false }
    await load.deliver({
      ...cold,
      kind: 'putCustomer',
      method: 'PUT',
      path: `/v1/customers/${customer}`,
      body: {},
      keyed: false,
    })
    const body = { customer, plan: 'small', currency: 'XOF' }
    const made = await load.deliver({
      ...cold,
      kind: 'subscribe',
      method: 'POST',
      path: '/v1/subscriptions',
      body,
      keyed: true,
    })
    lanes.push(changerLane(customer, made.id, laneRandom()))
    for (let taker = 0; taker < TAKERS_EACH; taker += 1) lanes.push(takerLane(customer, laneRandom()))
  }
  return lanes
}

interface Parts {
  target: Target
  witness: Witness
  load: Load
  lanes: Lane[]
  random: Random
}

function assemble({ target, witness, load, lanes, random }: Parts): Proof {
  const journal: Acknowledged[] = []
  let account = accountOf(journal)
  let checked = 0
  let replays = 0

  const untilAcknowledged = (more: number) => {
    const goal = load.acknowledged + more
    return eventually(
      `${more} more answers`,
      () => (load.acknowledged >= goal ? true : undefined),
      DEADLINE_MS,
    )
  }

  async function killNow(victim: Victim): Promise<void> {
    await target.kill(victim, (count) => random.below(count))
    if (victim === 'server' || victim === 'both') return
    // Tollkeeper itself survives its database
    if (!target.isServing) throw new Error(`The server ended with its database:\n${target.logs()}`)
  }

  async function round(victim: Parameters<Proof['round']>[0]): Promise<void> {
    load.begin(lanes)
    await untilAcknowledged(random.between(30, 200))
    await wait(random.between(0, 12))
    if (victim === 'server, and both at its next start') {
      await killNow('server')
      await target.start(wait(random.between(50, 1500)))
      await killNow('both')
    } else await killNow(victim)
    if (!target.isServing) await target.start()
    await untilAcknowledged(random.between(20, 60))
    await load.end()
  }

  async function check({ every = false } = {}): Promise<string[]> {
    for (const call of load.unknown.splice(0)) await load.settleUnknown(call)
    journal.push(...witness.readJournal(journal.length))
    account = accountOf(journal)
    const { effects } = account
    const db = await target.openDatabase()
    try {
      const found = [...load.problems.splice(0), ...(await checkTables(db, account))]
      const again = effects.filter(
        ({ call }) => every || call.number > checked || random.chance(20 / effects.length),
      )
      checked = effects.at(-1)?.call.number ?? checked
      const replayed = await replay(target, again, effects)
      replays += replayed.compared
      // and asking again has changed nothing
      return [...found, ...replayed.findings, ...(await checkTables(db, account))]
    } finally {
      await db.close()
    }
  }

  return {
    target,
    load,
    get replays() {
      return replays
    },
    get account() {
      return account
    },
    round,
    async work(answers) {
      load.begin(lanes)
      await untilAcknowledged(answers)
      await load.end()
    },
    check,
    async stop() {
      await witness.stop()
      await target.stop()
    },
  }
}

/** Everything that can be said of the tables alone, once every event has its place in the feed. */
export async function checkTables(db: Queryable, account: Account): Promise<string[]> {
  const stored = await eventually('every event has a position', async () => {
    const { rows } = await db.query<{ left: number }>(
      'select count(*) as left from event where position is null',
    )
    return rows[0]?.left === 0 ? readStored(db) : undefined
  })
  return [
    ...compare(account, stored),
    ...checkFeed(account, stored),
    ...(await audit(db as Database, [...stored.customers.keys()])),
  ]
}

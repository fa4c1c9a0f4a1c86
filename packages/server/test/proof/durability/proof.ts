/**
 * Rounds of load, a kill in the middle of it, and a check of everything once the product has come back by itself.
 *
 * Owns: when to kill, when to check. Does not own: what is right (`compare.ts`, `feed.ts`, `replay.ts`, the audit).
 * Invariant: while a check reads, nobody asks; a call whose effect is unknown is asked again before the check.
 */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Database, Transaction } from '../../../src/store/database/pool.ts'
import { transaction } from '../../../src/store/database/transaction.ts'
import { audit } from '../support/audit.ts'
import { eventually } from '../../support/eventually.ts'
import { createRandom, type Random } from '../support/random.ts'
import { type Account, accountOf } from './account.ts'
import { catalog } from './catalog.ts'
import { compare } from './compare.ts'
import type { Fault } from './faults.ts'
import { checkFeed } from './feed.ts'
import { changerLane } from './changer-lane.ts'
import { followerLane, type Lane } from './lane.ts'
import { createLoad, type Load } from './load.ts'
import { takerLane } from './taker-lane.ts'
import { replay } from './replay.ts'
import { readStored } from './stored.ts'
import { startTarget, type Target, type Victim } from './target.ts'
import { type Acknowledged, startWitness, type Witness } from './witness.ts'

export type RoundVictim = Victim | 'server, and both at its next start'

export interface Proof {
  readonly target: Target
  readonly load: Load
  /** How many replays were compared with what had been told. */
  readonly replays: number
  /** Puts the load on, kills, waits until answers count again, takes the load off. */
  round(victim: RoundVictim): Promise<void>
  /** Load without any kill. */
  work(answers: number): Promise<void>
  /** Sentences on what is lost, twice or different. `every`: replays all that was ever told. */
  check(options?: { every?: boolean }): Promise<string[]>
  readonly account: Account
  stop(): Promise<void>
}

const CUSTOMERS = 3
const TAKERS_EACH = 5

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

function assemble(parts: Parts): Proof {
  const { target, witness, load, lanes } = parts
  const checker = createChecker(parts)
  return {
    target,
    load,
    get replays() {
      return checker.replays
    },
    get account() {
      return checker.account
    },
    round: (victim) => runRound(parts, victim),
    async work(answers) {
      load.begin(lanes)
      await untilAcknowledged(load, answers)
      await load.end()
    },
    check: checker.check,
    async stop() {
      await witness.stop()
      await target.stop()
    },
  }
}

function untilAcknowledged(load: Load, more: number): Promise<true> {
  const goal = load.counts.acknowledged + more
  const ask = () => (load.counts.acknowledged >= goal ? true : undefined)
  return eventually(`${more} more answers`, ask)
}

async function runRound({ target, load, lanes, random }: Parts, victim: RoundVictim): Promise<void> {
  const kill = (whom: Victim) => target.kill(whom, (count) => random.below(count))
  load.begin(lanes)
  await untilAcknowledged(load, random.between(20, 150))
  await wait(random.between(0, 12))
  if (victim === 'server, and both at its next start') {
    await kill('server')
    await target.start(wait(random.between(50, 1500)))
    await kill('both')
  } else await kill(victim)
  if (victim !== 'database' && victim !== 'one process of the database') await target.start()
  await untilAcknowledged(load, random.between(20, 60))
  await load.end()
  // Tollkeeper itself survives its database
  if (!target.isServing) throw new Error('The server ended with its database')
}

function createChecker({ target, witness, load, random }: Parts) {
  const journal: Acknowledged[] = []
  let account = accountOf(journal)
  let checked = 0
  let replays = 0
  return {
    get replays() {
      return replays
    },
    get account() {
      return account
    },
    async check({ every = false } = {}): Promise<string[]> {
      for (const call of load.unknown.splice(0)) await load.settleUnknown(call)
      journal.push(...witness.readJournal(journal.length))
      account = accountOf(journal)
      const { effects } = account
      const db = await target.openDatabase()
      try {
        const found = [...load.problems.splice(0), ...(await checkTables(db, account))]
        const isNext = ({ call }: Acknowledged) => call.number > checked || random.chance(20 / effects.length)
        const replayed = await replay(target, every ? effects : effects.filter(isNext), effects)
        checked = effects.reduce((last, { call }) => Math.max(last, call.number), checked)
        replays += replayed.compared
        // and asking again has changed nothing
        return [...found, ...replayed.findings, ...(await checkTables(db, account))]
      } finally {
        await db.close()
      }
    },
  }
}

/**
 * Everything that can be said of the tables alone. In one snapshot: leases run out while this reads.
 *
 * @returns undefined while an event has no place in the feed yet
 */
export async function findingsIn(tx: Transaction, account: Account): Promise<string[] | undefined> {
  const stored = await readStored(tx)
  if (stored.events.some(({ position }) => position === null)) return undefined
  const customers = [...stored.customers.keys()]
  // it asks nothing but `query` of it
  const audited = await audit(tx as unknown as Database, customers)
  return [...compare(account, stored), ...checkFeed(account, stored), ...audited]
}

const snapshot = { isolation: 'repeatable read' } as const

function checkTables(db: Database, account: Account): Promise<string[]> {
  const look = () => transaction(db, (tx) => findingsIn(tx, account), { ...snapshot, readOnly: true })
  return eventually('every event has a position', look)
}

/** What the check says while a fault is planted. Nothing of it stays. */
export function checkPlanted(db: Database, account: Account, fault: Fault): Promise<string[]> {
  const plantAndLook = async (tx: Transaction) => {
    for (const statement of fault.statements(account)) {
      const { rowCount } = await tx.query(statement)
      if (rowCount === 0) throw new Error(`Nothing was planted: ${statement.text}`)
    }
    throw new Planted(await findingsIn(tx, account))
  }
  const look = () =>
    transaction(db, plantAndLook, snapshot).catch((error: unknown) => {
      if (error instanceof Planted) return error.findings
      throw error
    })
  return eventually(`${fault.name} is planted`, look)
}

/** Rolls back what was planted, and carries what was found. */
class Planted extends Error {
  readonly findings: string[] | undefined

  constructor(findings: string[] | undefined) {
    super('planted')
    this.findings = findings
  }
}

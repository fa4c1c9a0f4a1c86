/**
 * The caller's ids → surrogates, remembered. Surrogates never change, so a customer may be remembered for good; a
 * member may be deleted, so it is asked for again after a second.
 */
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../clock.ts'
import { growingTo } from '../growing-to.ts'
import { Refusal } from '../../refusal.ts'
import type { Database } from '../../store/database/pool.ts'
import { findCustomers, findMembers } from '../../store/usage/directory.ts'
import { createRecent } from './recent.ts'

export interface KnownCustomer {
  customer: number
  onTestClock: boolean
}

export interface Directory {
  /** At once where it is remembered. @throws Refusal `customer_not_found` */
  customer(key: string): KnownCustomer | Promise<KnownCustomer>
  /** @throws Refusal `member_not_found` */
  member(customer: number, key: string): number | Promise<number>
}

const MEMBER_GOOD_FOR_MS = 1_000
const MOST_CUSTOMERS = 2_000_000

export function createDirectory(db: Database, environment: number, clock: Clock): Directory {
  // A number each, below zero on a test clock: a million of them are remembered in some 90 MB.
  const customers = createRecent<number>(MOST_CUSTOMERS)
  const remembered = (key: string): KnownCustomer | undefined => {
    const known = customers.get(key)
    return known === undefined ? undefined : { customer: Math.abs(known), onTestClock: known < 0 }
  }
  const members = new LRUCache<string, { member: number; foundAt: number }>(growingTo(100_000))
  const askCustomers = gather(async (keys: string[]) => {
    for (const found of await findCustomers(db, environment, keys))
      customers.set(found.key, found.testClock === null ? found.customer : -found.customer)
  })
  const askMembers = gather(async (names: string[]) => {
    const asked = names.map((name) => JSON.parse(name) as [number, string])
    const found = await findMembers(
      db,
      environment,
      asked.map(([customer, key]) => ({ customer, key })),
    )
    for (const each of found)
      members.set(memberName(each.customer, each.key), { member: each.member, foundAt: clock.now() })
  })
  return {
    customer(key) {
      const known = remembered(key)
      if (known !== undefined) return known
      return askCustomers(key).then(() => {
        const found = remembered(key)
        if (found === undefined)
          throw new Refusal('customer_not_found', { param: 'customer', values: { customer: key } })
        return found
      })
    },
    member(customer, key) {
      const name = memberName(customer, key)
      const known = members.get(name)
      if (known !== undefined && clock.now() - known.foundAt < MEMBER_GOOD_FOR_MS) return known.member
      members.delete(name)
      return askMembers(name).then(() => {
        const found = members.get(name)
        if (found === undefined)
          throw new Refusal('member_not_found', { param: 'member', values: { member: key } })
        return found.member
      })
    },
  }
}

const memberName = (customer: number, key: string): string => JSON.stringify([customer, key])

/** What is asked while a question is under way goes into the next one, all together. */
function gather(ask: (names: string[]) => Promise<void>): (name: string) => Promise<void> {
  let next: { names: Set<string>; done: Promise<void> } | null = null
  let running: Promise<void> = Promise.resolve()
  return (name) => {
    if (next === null) {
      const batch = { names: new Set<string>(), done: Promise.resolve() }
      batch.done = running
        .catch(() => {})
        .then(() => {
          next = null
          running = ask([...batch.names])
          return running
        })
      next = batch
    }
    next.names.add(name)
    return next.done
  }
}

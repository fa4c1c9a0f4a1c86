import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Queryable } from '../../src/store/database/pool.ts'
import { createCatalogCache } from '../../src/store/catalog-cache.ts'
import { lockCatalog } from '../../src/store/catalog.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import { ensureInstallation } from '../../src/store/installation.ts'
import { queueCatalog, seedCatalog } from '../support/catalog.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const now = Date.UTC(2026, 0, 1)
const environment = { id: 1, name: 'test', mode: 'test' as const }

let database: TestDatabase
let elapsed: number
let statements: number

beforeEach(async () => {
  database = await createTestDatabase()
  await ensureInstallation(database.db, Buffer.alloc(32), now)
  elapsed = 0
  statements = 0
})
afterEach(() => database.close())

/** A process of its own: its memory, the same moments. */
function processOf() {
  const counted: Queryable = {
    query: (statement) => {
      statements += 1
      return database.db.query(statement)
    },
  }
  return createCatalogCache(counted, { monotonicNow: () => elapsed })
}

function seed(agents = 5) {
  const catalog = structuredClone(queueCatalog)
  catalog.plans.essential.allowances.agents = agents
  return seedCatalog(database.db, environment, catalog, now)
}

describe('the catalog in memory', () => {
  it('GT-6 is in force everywhere within a second, without any hint', async () => {
    const others = [processOf(), processOf()]
    await seed()
    for (const other of others) expect((await other.current(1)).revision).toBe(1)
    await seed(8)
    elapsed = 499
    expect((await others[0]!.current(1)).revision).toBe(1)
    elapsed = 900
    for (const other of others) {
      const catalog = await other.current(1)
      expect(catalog.revision).toBe(2)
      expect(catalog.plans[0]).toMatchObject({ key: 'essential', version: 2 })
    }
  })

  it('asks nothing while it is young, and behind the answer when it is not so young', async () => {
    await seed()
    const cache = processOf()
    await cache.current(1)
    const before = statements
    for (let count = 0; count < 50; count += 1) await cache.current(1)
    expect(statements).toBe(before)
    await seed(8)
    elapsed = 600
    expect((await cache.current(1)).revision).toBe(1)
    // joins the question that went out behind that answer
    elapsed = 1_500
    expect((await cache.current(1)).revision).toBe(2)
  })

  it('takes a hint, and sees at once what this process has put', async () => {
    await seed()
    const cache = processOf()
    await cache.current(1)
    await seed(8)
    cache.hint(1)
    expect((await cache.current(1)).revision).toBe(2)
    cache.expect(1, 3)
    expect((await cache.current(1)).revision).toBe(2)
    await seed(9)
    expect((await cache.current(1)).revision).toBe(3)
  })

  it('says at once what it knows, and nothing where it would have to ask', async () => {
    await seed()
    const cache = processOf()
    expect(cache.known(1)).toBeNull()
    const catalog = await cache.current(1)
    elapsed = 499
    expect(cache.known(1)).toBe(catalog)
    cache.expect(1, 2)
    expect(cache.known(1)).toBeNull()
    await seed(8)
    await cache.current(1)
    expect(cache.known(1)?.revision).toBe(2)
    cache.hint(1)
    expect(cache.known(1)).toBeNull()
    await cache.current(1)
    elapsed += 500
    expect(cache.known(1)).toBeNull()
  })

  it('forgets an expectation that was rolled back', async () => {
    await seed()
    const cache = processOf()
    await cache.current(1)
    cache.expect(1, 2)
    elapsed = 5_001
    await cache.current(1)
    const before = statements
    await cache.current(1)
    expect(statements).toBe(before)
  })

  it('answers an empty catalog where none was put, and keeps environments apart', async () => {
    await seed()
    const cache = processOf()
    expect(await cache.current(2)).toMatchObject({ revision: 0, plans: [], features: [] })
    expect((await cache.current(1)).revision).toBe(1)
  })

  it('keeps versions for good, and fails for one that does not exist', async () => {
    await seed()
    await seed(8)
    const cache = processOf()
    const { plans } = await cache.current(1)
    const { item } = plans.find(({ key }) => key === 'essential')!
    const limitOf = async (version: number) =>
      (await cache.plan(item, version)).allowances.find(({ feature }) => feature === 'agents')?.limit
    expect([await limitOf(1), await limitOf(2)]).toMatchObject([{ amount: 5 }, { amount: 8 }])
    const before = statements
    await limitOf(1)
    expect(statements).toBe(before)
    await expect(cache.plan(item, 99)).rejects.toThrow('no version 99')
  })

  it('waits for no second connection inside a transaction, nor for one who is putting a catalog', async () => {
    await seed()
    const cache = createCatalogCache(database.db, { monotonicNow: () => elapsed })
    const inside = Array.from({ length: 30 }, () =>
      transaction(database.db, async (tx) => {
        elapsed += 1_000
        const { plans } = await cache.current(1, tx)
        return (await cache.plan(plans[0]!.item, 1, tx)).key
      }),
    )
    expect(new Set(await Promise.all(inside))).toEqual(new Set(['essential']))
    await transaction(database.db, async (tx) => {
      await lockCatalog(tx, 1, now)
      expect((await cache.fresh(1)).revision).toBe(1)
    })
  })

  it('reports a lost database instead of an old catalog', async () => {
    await seed()
    const broken: Queryable = { query: () => Promise.reject(new Error('gone')) }
    let source: Queryable = database.db
    const cache = createCatalogCache(
      { query: (statement) => source.query(statement) },
      { monotonicNow: () => elapsed },
    )
    await cache.current(1)
    source = broken
    elapsed = 600
    expect((await cache.current(1)).revision).toBe(1)
    elapsed = 901
    await expect(cache.current(1)).rejects.toThrow('gone')
  })
})

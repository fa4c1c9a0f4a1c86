/**
 * Leases: a holder in another process decides by itself, and is killed, stopped and cut off while it does.
 */
import { createLeaseHolder, type Client, type HolderRuntime } from '@tollkeeper/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { audit, readBalances } from './support/audit.ts'
import { type Cluster, startCluster } from './support/cluster.ts'
import { cuttableProxy } from './support/cuttable-proxy.ts'
import { eventually } from '../support/eventually.ts'
import { endHolders, startHolder } from './support/holder.ts'

let database: TestDatabase
let cluster: Cluster
beforeAll(async () => {
  database = await createTestDatabase()
  cluster = await startCluster(database, 2)
  await cluster.call('PUT', '/v1/catalog', {
    features: { tokens: { kind: 'meter' } },
    plans: { small: { allowances: { tokens: { limit: 100, window: 'lifetime' } } } },
  })
})
afterAll(async () => {
  endHolders()
  await cluster?.stop()
  await database?.close()
})

let customers = 0
async function newCustomer(): Promise<string> {
  const customer = `customer-${(customers += 1)}`
  await cluster.call('PUT', `/v1/customers/${customer}`, {})
  await cluster.call('POST', '/v1/subscriptions', { customer, plan: 'small' })
  return customer
}

const server = (number = 0) => cluster.servers[number] as Cluster['servers'][number]
const feature = 'tokens'

async function tokensOf(customer: string) {
  const [row] = await readBalances(database.db, [customer])
  return row as NonNullable<typeof row>
}

/** Takes one by one, directly, until it is refused. */
async function takeTheRest(customer: string): Promise<number> {
  for (let admitted = 0; ; ) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => cluster.call('POST', '/v1/consume', { customer, feature })),
    )
    const yes = answers.filter((answer) => answer.body.allowed).length
    admitted += yes
    if (yes < answers.length) return admitted
  }
}

async function leaseStatuses(customer: string): Promise<string[]> {
  const { rows } = await database.db.query<{ status: string }>({
    text: `select h.status from hold h join customer c on c.environment = h.environment and c.id = h.customer
      where c.key = $1 and h.kind = 'lease' order by h.created_at`,
    values: [customer],
  })
  return rows.map((row) => row.status)
}

const untilExpired = (customer: string) =>
  eventually('the lease was taken back', async () =>
    (await leaseStatuses(customer)).includes('expired') ? true : undefined,
  )

describe.concurrent('holders of leases', { timeout: 300_000 }, () => {
  it('I-1 several of them and direct callers share a limit to the last unit', async () => {
    const customer = await newCustomer()
    const options = { customer, feature, drawAmount: 7 }
    const holders = await Promise.all([0, 1, 0].map((number) => startHolder(server(number), options)))
    const taken = await Promise.all([
      ...holders.map((holder) => holder.take(90).then((reply) => reply.admitted)),
      takeTheRest(customer),
    ])
    await Promise.all(holders.map((holder) => holder.close()))
    const rest = await takeTheRest(customer)
    expect(taken.reduce((sum, part) => sum + part, rest)).toBe(100)
    expect(await tokensOf(customer)).toMatchObject({ used: 100, leased: 0 })
    expect(await audit(database.db, [customer])).toEqual([])
  })

  it('I-1 one that is killed: what it drew counts as used, and never comes back', async () => {
    const customer = await newCustomer()
    const holder = await startHolder(server(), { customer, feature, drawAmount: 40, ttlSeconds: 5 })
    expect((await holder.take(11)).admitted).toBe(11)
    await holder.kill()
    // Until it has ended, and after, nobody else is given what it may have used.
    const others = await takeTheRest(customer)
    await untilExpired(customer)
    expect(others + (await takeTheRest(customer))).toBeLessThanOrEqual(60)
    expect(await tokensOf(customer)).toMatchObject({ used: 100, leased: 0 })
    expect(await audit(database.db, [customer])).toEqual([])
  })

  it('I-1 one that was stopped past its end takes nothing of it when it goes on; its late report is the truth', async () => {
    const customer = await newCustomer()
    const holder = await startHolder(server(), { customer, feature, drawAmount: 40, ttlSeconds: 5 })
    expect((await holder.take(11)).admitted).toBe(11)
    holder.child.kill('SIGSTOP')
    await untilExpired(customer)
    const others = await takeTheRest(customer)
    expect(await tokensOf(customer)).toMatchObject({ used: 100, leased: 0 })
    const late = holder.take(40)
    holder.child.kill('SIGCONT')
    // What the report gives back may be drawn again; it is no more than that.
    const { admitted } = await late
    await holder.close()
    const rest = await takeTheRest(customer)
    expect(11 + others + admitted + rest).toBe(100)
    expect(await leaseStatuses(customer)).not.toContain('expired')
    expect(await tokensOf(customer)).toMatchObject({ used: 100, leased: 0 })
    expect(await audit(database.db, [customer])).toEqual([])
  })

  it('I-1 one that is cut off goes on to its end and no further; what it used is told when the line is mended', async () => {
    const customer = await newCustomer()
    const proxy = await cuttableProxy(server().url)
    const through = { url: proxy.url, secretKey: server().secretKey }
    const options = { customer, feature, drawAmount: 40, ttlSeconds: 8, drawTimeoutMs: 3_000 }
    const holder = await startHolder(through, options)
    // A busy machine may be slower than the draw has time for.
    let first = 0
    await eventually('five were taken', async () => {
      first += (await holder.take(5 - first)).admitted
      return first === 5 ? true : undefined
    })
    proxy.cut()
    expect((await holder.take(6)).admitted).toBe(6)
    await eventually('it stopped at the end of its lease', async () =>
      (await holder.take(0)).available === 0 ? true : undefined,
    )
    expect((await holder.take(1)).admitted).toBe(0)
    await untilExpired(customer)
    const others = await takeTheRest(customer)
    expect(others).toBeLessThanOrEqual(60)
    proxy.mend()
    await eventually('the late report replaced what was assumed', async () =>
      (await tokensOf(customer)).used === 11 + others ? true : undefined,
    )
    await holder.close()
    expect(11 + others + (await takeTheRest(customer))).toBe(100)
    expect(await audit(database.db, [customer])).toEqual([])
    await proxy.close()
  })

  it('I-1 a limit lowered under a lease holds at once for others, and a connected holder obeys', async () => {
    const customer = await newCustomer()
    const holder = await startHolder(server(), { customer, feature, drawAmount: 60, ttlSeconds: 60 })
    expect((await holder.take(20)).admitted).toBe(20)
    expect(await tokensOf(customer)).toMatchObject({ used: 0, leased: 60 })
    await cluster.call('PUT', `/v1/customers/${customer}/overrides/tokens`, { limit: 25, reason: 'less' })
    // Until the holder has heard of it there is nothing left for others, and then what 25 leaves.
    const others = await takeTheRest(customer)
    expect(others).toBeLessThanOrEqual(5)
    // It gives back what it holds, long before its minute is over.
    await eventually('it gave back what it held', async () =>
      (await leaseStatuses(customer))[0] === 'settled' ? true : undefined,
    )
    expect((await holder.take(60)).admitted).toBe(5 - others)
    await holder.close()
    expect(await tokensOf(customer)).toMatchObject({ used: 25, leased: 0, limit: 25 })
    expect(await takeTheRest(customer)).toBe(0)
    expect(await audit(database.db, [customer])).toEqual([])
  })

  it('I-1 a customer that is suspended is obeyed too', async () => {
    const customer = await newCustomer()
    const holder = await startHolder(server(), { customer, feature, drawAmount: 60, ttlSeconds: 60 })
    expect((await holder.take(3)).admitted).toBe(3)
    await cluster.call('PUT', `/v1/customers/${customer}/suspension`, { reason: 'proof' })
    await eventually('it gave back what it held', async () =>
      (await leaseStatuses(customer))[0] === 'settled' ? true : undefined,
    )
    expect((await holder.take(1)).admitted).toBe(0)
    await holder.close()
    expect(await tokensOf(customer)).toMatchObject({ used: 3, leased: 0 })
  })

  it.for([
    ['less than', 13],
    ['nothing of', 0],
    ['exactly', 40],
    ['more than', 45],
  ] as const)('I-4 a late report of %s what was drawn replaces the assumption, once', async ([, used]) => {
    const customer = await newCustomer()
    const body = { customer, feature, amount: 40, ttlSeconds: 1 }
    const { body: lease } = await cluster.call('POST', '/v1/leases', body)
    expect(lease).toMatchObject({ allowed: true, granted: 40, expiresInMs: 1_000 })
    await untilExpired(customer)
    const report = { amount: used, idempotencyKey: `report-${customer}` }
    const answers = await Promise.all(
      [0, 1, 0].map((number) =>
        cluster.call('POST', `/v1/leases/${lease.id}/report`, report, { server: number }),
      ),
    )
    for (const { body: told } of answers) expect(told).toMatchObject({ status: 'settled', settled: used })
    const other = await cluster.call(
      'POST',
      `/v1/leases/${lease.id}/report`,
      { amount: 7 },
      { accept: [409] },
    )
    expect(other.body.code).toBe('lease_closed')
    expect(await tokensOf(customer)).toMatchObject({ used, leased: 0 })
    expect(await audit(database.db, [customer])).toEqual([])
    expect(await takeTheRest(customer)).toBe(100 - used)
  })
})

/** A world for one holder: two clocks that the test sets, and an engine that gives what is asked. */
function fakeWorld() {
  const clocks = { elapsedMs: 1_000, wallMs: 5_000_000 }
  const reports: { id: string; amount: number }[] = []
  let draws = 0
  let answering = true
  const client = {
    events: {
      list: async () => ({ data: [] }),
      // oxlint-disable-next-line require-yield -- nothing changes in this world
      stream: () => ({ close() {}, async *[Symbol.asyncIterator]() {} }),
    },
    usage: {
      async lease({ amount }: { amount: number }) {
        // The answer is under way for a while: it counts, too.
        clocks.elapsedMs += 300
        clocks.wallMs += 300
        if (!answering) return { id: null, granted: 0, expiresInMs: null }
        return { id: `lea_${(draws += 1)}`, granted: amount, expiresInMs: 10_000 }
      },
      async reportLease(id: string, { amount }: { amount: number }) {
        reports.push({ id, amount })
      },
    },
  } as unknown as Client
  const runtime: HolderRuntime = {
    after: () => () => {},
    elapsedMs: () => clocks.elapsedMs,
    wallMs: () => clocks.wallMs,
    random: () => 0,
    uniqueId: () => 'key',
  }
  const holder = createLeaseHolder(client, { customer: 'acme', feature, drawAmount: 100, runtime })
  return { clocks, reports, holder, refuse: () => void (answering = false) }
}

describe('the time of a lease', () => {
  it.for([
    ['the monotonic clock, when the wall clock is set back', { elapsedMs: 9_700, wallMs: -60_000 }],
    [
      'the wall clock, when the machine slept and the monotonic one stood still',
      { elapsedMs: 0, wallMs: 9_700 },
    ],
  ] as const)('I-1 is over by %s', async ([, passed]) => {
    const { clocks, holder, reports, refuse } = fakeWorld()
    expect(await holder.take(4)).toBe(true)
    refuse()
    clocks.elapsedMs += passed.elapsedMs - (passed.elapsedMs > 0 ? 1 : 0)
    clocks.wallMs += passed.wallMs - (passed.wallMs > 0 ? 1 : 0)
    // One millisecond is left: counted from before the request left, 300 ms ago.
    expect(holder.take(1)).toBe(true)
    clocks.elapsedMs += passed.elapsedMs > 0 ? 1 : 0
    clocks.wallMs += 1
    expect(holder.available).toBe(0)
    expect(await holder.take(1)).toBe(false)
    await holder.close()
    expect(reports).toEqual([{ id: 'lea_1', amount: 5 }])
  })
})

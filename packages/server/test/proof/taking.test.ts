/**
 * What went wrong elsewhere when use was counted, one test for each fault: four processes on one database.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { audit, readBalances } from './support/audit.ts'
import { type Cluster, startCluster } from './support/cluster.ts'
import { eventually } from './support/eventually.ts'
import { takingCatalog } from './support/taking-catalog.ts'

let database: TestDatabase
let cluster: Cluster
beforeAll(async () => {
  database = await createTestDatabase()
  cluster = await startCluster(database)
  await cluster.call('PUT', '/v1/catalog', takingCatalog)
})
afterAll(async () => {
  await cluster?.stop()
  await database?.close()
})

const processes = [0, 1, 2, 3]
let customers = 0

async function newCustomer(options: { plan?: string | null; testClock?: string } = {}): Promise<string> {
  const { plan = 'small', testClock } = options
  const customer = `customer-${(customers += 1)}`
  await cluster.call('PUT', `/v1/customers/${customer}`, testClock === undefined ? {} : { testClock })
  if (plan !== null) await subscribe(customer, plan)
  return customer
}

const subscribe = (customer: string, plan: string) =>
  cluster.call('POST', '/v1/subscriptions', { customer, plan, currency: 'XOF' })

const consume = (customer: string, feature: string, amount = 1, server?: number) =>
  cluster.call('POST', '/v1/consume', { customer, feature, amount }, { server })

async function summaryOf(customer: string, feature: string, server?: number) {
  const { body } = await cluster.call('GET', `/v1/customers/${customer}/usage`, undefined, { server })
  return body.data.find((row: { feature: string }) => row.feature === feature)
}

const balanceOf = async (customer: string, feature: string) =>
  (await readBalances(database.db, [customer])).find((row) => row.feature === feature)

const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, index) => make(index))

describe('asked by many at once', () => {
  it('I-1 who checks first and takes then is not oversold', async () => {
    const customer = await newCustomer()
    const checkAndTake = async () => {
      const { body: forecast } = await cluster.call('POST', '/v1/check', { customer, feature: 'calls' })
      return forecast.allowed && (await consume(customer, 'calls')).body.allowed
    }
    const answers = await Promise.all(times(250, checkAndTake))
    expect(answers.filter(Boolean)).toHaveLength(100)
    expect(await balanceOf(customer, 'calls')).toMatchObject({ used: 100 })
    expect(await audit(database.db, [customer])).toEqual([])
  })

  it('I-1 2,000 simultaneous takes at a limit of 1,000: 1,000 are admitted, and nobody else is told yes', async () => {
    const customer = await newCustomer()
    const take = async (index: number) => {
      const body = { customer, feature: 'many', idempotencyKey: `take-${index}` }
      const server = cluster.servers[index % 4] as Cluster['servers'][number]
      return server.request('POST', '/v1/consume', { body })
    }
    const answers = await Promise.all(times(2_000, take))
    for (const { status, headers } of answers)
      if (status !== 200) expect([status, Number(headers.get('retry-after')) > 0]).toEqual([503, true])
    // Whoever could not be served asks again with the same key, elsewhere, and hears the truth.
    const truth = await Promise.all(
      answers.map((_, index) =>
        cluster.call(
          'POST',
          '/v1/consume',
          { customer, feature: 'many', idempotencyKey: `take-${index}` },
          { server: (index + 1) % 4 },
        ),
      ),
    )
    expect(truth.filter(({ body }) => body.allowed)).toHaveLength(1_000)
    answers.forEach(({ status, body }, index) => {
      // Who was told yes has it; who was told no may not have it now either: nothing came back meanwhile.
      if (status === 200)
        expect(truth[index]?.body).toMatchObject({ allowed: body.allowed, event: body.event })
    })
    expect(await balanceOf(customer, 'many')).toMatchObject({ used: 1_000 })
    expect(await audit(database.db, [customer])).toEqual([])
  })
})

describe('what was acknowledged', () => {
  it('I-3 is there when every process is killed, and what was not is there once at most', async () => {
    const own = await createTestDatabase()
    const first = await startCluster(own, 2)
    await first.call('PUT', '/v1/catalog', takingCatalog)
    await first.call('PUT', '/v1/customers/acme', {})
    await first.call('POST', '/v1/subscriptions', { customer: 'acme', plan: 'small', currency: 'XOF' })
    const told = new Map<string, string | null>()
    const body = (key: string) => ({ customer: 'acme', feature: 'many', idempotencyKey: key })
    const take = async (key: string) => {
      told.set(key, null)
      const server = first.servers[told.size % 2] as Cluster['servers'][number]
      const answer = await server.request('POST', '/v1/consume', { body: body(key) })
      if (answer.status === 200) told.set(key, answer.body.event)
    }
    const callers = times(40, async (caller) => {
      for (let step = 0; ; step += 1)
        if (
          !(await take(`${caller}-${step}`).then(
            () => true,
            () => false,
          ))
        )
          return
    })
    const acknowledged = () => [...told].filter(([, event]) => event !== null)
    await eventually('a good many were acknowledged', () => (acknowledged().length > 150 ? true : undefined))
    await Promise.all(first.servers.map((server) => server.kill()))
    await Promise.all(callers)
    const { rows } = await own.db.query<{ id: string }>('select id from usage_event')
    const stored = new Set(rows.map((row) => row.id))
    expect(acknowledged().filter(([, event]) => !stored.has(event as string))).toEqual([])
    const second = await startCluster(own, 1)
    const again = await Promise.all(
      [...told.keys()].map((key) => second.call('POST', '/v1/consume', body(key))),
    )
    const events = [...told.keys()].map((key, index) => [key, again[index]?.body.event])
    for (const [key, event] of acknowledged()) expect(events).toContainEqual([key, event])
    expect((await readBalances(own.db, ['acme'])).find((row) => row.feature === 'many')?.used).toBe(told.size)
    expect(await audit(own.db, ['acme'])).toEqual([])
    await second.stop()
    await own.close()
  })

  it('I-3 outlives a rollout: processes stop and start under load, and each use is there once', async () => {
    const customer = await newCustomer()
    const rolling = await startCluster(database, 1)
    let stopped = false
    const take = async (key: string) => {
      const body = { customer, feature: 'many', idempotencyKey: key }
      const leaving = rolling.servers[0] as Cluster['servers'][number]
      const answer = stopped
        ? undefined
        : await leaving.request('POST', '/v1/consume', { body }).catch(() => undefined)
      if (answer?.status === 200) return answer.body
      return (await cluster.call('POST', '/v1/consume', body)).body
    }
    const callers = times(20, async (caller) => {
      for (let step = 0; step < 15; step += 1) {
        const answer = await take(`roll-${caller}-${step}`)
        expect(answer.allowed).toBe(true)
      }
    })
    const code = await rolling.servers[0]?.stop()
    stopped = true
    await Promise.all(callers)
    expect(code).toBe(0)
    expect(await balanceOf(customer, 'many')).toMatchObject({ used: 300 })
    expect(await audit(database.db, [customer])).toEqual([])
  })

  it('I-3 stays when what is in force changes: by a catalog, an override, a grant, another plan', async () => {
    const customer = await newCustomer()
    await consume(customer, 'calls', 65)
    await consume(customer, 'many', 650)
    const changes: (() => Promise<unknown>)[] = [
      () =>
        cluster.call('PUT', '/v1/catalog', { ...takingCatalog, operator: { timeZone: 'Africa/Abidjan' } }),
      () => cluster.call('PUT', `/v1/customers/${customer}/overrides/many`, { limit: 900, reason: 'proof' }),
      () => cluster.call('POST', `/v1/customers/${customer}/grants`, { feature: 'many', amount: 10 }),
      () => cluster.call('DELETE', `/v1/customers/${customer}/overrides/many`),
      () => cluster.call('PUT', `/v1/customers/${customer}`, { timeZone: 'Asia/Tokyo' }),
    ]
    for (const change of changes) {
      await change()
      for (const server of processes) {
        expect((await summaryOf(customer, 'many', server)).used).toBe(650)
        expect((await summaryOf(customer, 'calls', server)).used).toBe(65)
      }
    }
    expect((await balanceOf(customer, 'many'))?.used).toBe(650)
  })

  it('I-3 is in the next answer of every process, at once', async () => {
    const customer = await newCustomer()
    for (let used = 1; used <= 12; used += 1) {
      await consume(customer, 'calls', 1, used % 4)
      const seen = await Promise.all(processes.map((server) => summaryOf(customer, 'calls', server)))
      expect(seen.map((row) => [row.used, row.remaining])).toEqual(processes.map(() => [used, 100 - used]))
    }
  })

  it('I-2 counts each report, also the same amount again and again; a key counts once, whenever it comes', async () => {
    const customer = await newCustomer()
    const track = (events: object[], server: number) =>
      cluster.call(
        'POST',
        '/v1/events',
        { events: events.map((event) => ({ customer, feature: 'calls', ...event })) },
        { server },
      )
    for (const server of [...processes, ...processes]) await track([{ amount: 2 }], server)
    expect((await summaryOf(customer, 'calls')).used).toBe(16)
    const keyed = { amount: 3, idempotencyKey: 'the-sync' }
    const reports = await Promise.all(processes.map((server) => track([keyed, keyed], server)))
    const sum = (name: string) => reports.reduce((total, { body }) => total + body[name], 0)
    expect([sum('accepted'), sum('duplicates')]).toEqual([1, 7])
    expect((await track([{ ...keyed, idempotencyKey: 'the-next-sync' }], 0)).body.accepted).toBe(1)
    expect((await summaryOf(customer, 'calls')).used).toBe(22)
  })
})

describe('what stands behind a yes', () => {
  it('I-1 nothing is given, held or leased where no entitlement is', async () => {
    const unsubscribed = await newCustomer({ plan: null })
    const canceled = await newCustomer()
    const { body: page } = await cluster.call('GET', `/v1/subscriptions?customer=${canceled}`)
    await cluster.call('POST', `/v1/subscriptions/${page.data[0].id}/cancel`, { when: 'now' })
    const without = await newCustomer()
    const asked = [
      ...['calls', 'credits', 'seats'].flatMap((feature) => [
        [unsubscribed, feature],
        [canceled, feature],
      ]),
      [without, 'extra'],
    ]
    for (const [customer, feature] of asked) {
      const paths = ['/v1/check', '/v1/consume', '/v1/reservations', '/v1/leases']
      const answers = await Promise.all(
        paths.flatMap((path) =>
          processes.map((server) => cluster.call('POST', path, { customer, feature }, { server })),
        ),
      )
      for (const { body } of answers) {
        expect(body.allowed).toBe(false)
        expect(body.id ?? null).toBe(null)
      }
    }
    for (const row of await readBalances(database.db, [unsubscribed, canceled]))
      expect(row).toMatchObject({ used: 0, reserved: 0, leased: 0 })
    expect(await balanceOf(without, 'extra')).toBeUndefined()
  })

  it('I-1 what one process changes holds in every other at once', async () => {
    const customer = await newCustomer()
    for (const server of processes) await consume(customer, 'seats', 1, server)
    const set = (limit: number, server: number) =>
      cluster.call('PUT', `/v1/customers/${customer}/overrides/seats`, { limit, reason: 'proof' }, { server })
    for (const limit of [4, 5, 3, 6]) {
      await set(limit, limit % 4)
      const room = limit > 4
      const checks = await Promise.all(
        processes.map((server) =>
          cluster.call('POST', '/v1/check', { customer, feature: 'seats' }, { server }),
        ),
      )
      expect(checks.map(({ body }) => [body.allowed, body.limit])).toEqual(processes.map(() => [room, limit]))
      const takes = await Promise.all(processes.map((server) => consume(customer, 'seats', 1, server)))
      const taken = takes.filter(({ body }) => body.allowed).length
      expect(taken).toBe(Math.max(0, limit - 4))
      if (taken > 0) await cluster.call('POST', '/v1/release', { customer, feature: 'seats', amount: taken })
    }
    await cluster.call('PUT', `/v1/customers/${customer}/suspension`, { reason: 'proof' }, { server: 2 })
    for (const server of processes)
      expect((await consume(customer, 'calls', 1, server)).body.code).toBe('tenant_suspended')
  })

  it('I-1 a process that was asked for what did not exist yet finds it when it does', async () => {
    const customer = 'asked-too-early'
    const take = (server: number, feature = 'calls') =>
      cluster.call('POST', '/v1/consume', { customer, feature }, { server, accept: [404] })
    for (const server of processes) expect((await take(server)).status).toBe(404)
    await cluster.call('PUT', `/v1/customers/${customer}`, {}, { server: 0 })
    for (const server of processes) expect((await take(server)).body.code).toBe('no_subscription')
    await subscribe(customer, 'small')
    for (const server of processes) expect((await take(server)).body.allowed).toBe(true)
  })

  it('I-6 amounts are whole numbers: a fraction is refused and changes nothing, and the largest is exact', async () => {
    const customer = await newCustomer()
    for (const amount of [0.1, 1.5, -1, 0, 1e16, '1', null]) {
      for (const path of ['/v1/consume', '/v1/check', '/v1/reservations', '/v1/leases']) {
        const body = { customer, feature: 'calls', amount }
        const answer = await cluster.call('POST', path, body, { accept: [400, 422] })
        expect([path, amount, answer.status >= 400]).toEqual([path, amount, true])
      }
    }
    expect(await balanceOf(customer, 'calls')).toMatchObject({ used: 0, reserved: 0, leased: 0 })
    const most = 9_000_000_000_000_000
    await cluster.call(
      'PUT',
      `/v1/customers/${customer}/overrides/many`,
      { limit: most, reason: 'proof' },
      { accept: [400, 422] },
    )
    await Promise.all(times(10, () => consume(customer, 'many', 33)))
    expect((await summaryOf(customer, 'many')).used).toBe(330)
  })
})

describe('in time', () => {
  const START = '2026-03-10T09:00:00.000Z'
  const newClock = async () =>
    (await cluster.call('POST', '/v1/test-clocks', { now: START })).body.id as string
  async function advance(clock: string, to: string) {
    await cluster.call('POST', `/v1/test-clocks/${clock}/advance`, { to })
    await eventually('the clock stands where it was moved to', async () => {
      const { body } = await cluster.call('GET', `/v1/test-clocks/${clock}`)
      expect(body.status).not.toBe('failed')
      return body.status === 'ready' && body.now >= to ? true : undefined
    })
  }

  it('CM-4 a reset keeps credits that were bought: at a period end, and at a change of plan', async () => {
    const testClock = await newClock()
    const customer = await newCustomer({ testClock })
    await cluster.call('POST', `/v1/customers/${customer}/grants`, {
      feature: 'credits',
      amount: 30,
      source: 'top_up',
    })
    await consume(customer, 'credits', 60)
    expect((await summaryOf(customer, 'credits')).remaining).toBe(20)
    await advance(testClock, '2026-04-11T00:00:00.000Z')
    // The plan's 50 anew, and what was left of the 30: the first 50 of the 60 came out of the plan's.
    for (const server of processes) expect((await summaryOf(customer, 'credits', server)).remaining).toBe(70)
    await consume(customer, 'credits', 55)
    const { body: page } = await cluster.call('GET', `/v1/subscriptions?customer=${customer}`)
    await cluster.call('POST', `/v1/subscriptions/${page.data[0].id}/change`, { plan: 'large' })
    const after = await summaryOf(customer, 'credits')
    expect([after.used, after.remaining]).toEqual([0, 95])
    expect(await audit(database.db, [customer])).toEqual([])
  })

  it('I-2 the allowance of a period is granted once, however many processes meet its first moment', async () => {
    const testClock = await newClock()
    const group = await Promise.all(times(4, () => newCustomer({ testClock })))
    for (const [index, to] of [
      '2026-04-10T09:00:00.000Z',
      '2026-05-10T09:00:00.000Z',
      '2026-06-10T09:00:00.000Z',
    ].entries()) {
      const moving = advance(testClock, to)
      const takes = times(80, (step) => consume(group[step % 4] as string, 'credits', 1, (step >> 2) % 4))
      await Promise.all([moving, ...takes])
      for (const customer of group) {
        const { rows } = await database.db.query<{ count: number; starts: number }>({
          text: `select count(*) as count, count(distinct g.starts_at) as starts from grant_ g
            join customer c on c.environment = g.environment and c.id = g.customer join feature f on f.id = g.feature
            where c.key = $1 and f.key = 'credits' and g.source = 'plan'`,
          values: [customer],
        })
        expect(rows[0]).toEqual({ count: index + 2, starts: index + 2 })
        const row = await summaryOf(customer, 'credits')
        expect([row.limit, row.used + row.remaining]).toEqual([50, 50])
      }
      expect(await audit(database.db, group)).toEqual([])
    }
  })

  it('GT-5 each threshold is told once in a window, whoever crosses it, and again in the next one', async () => {
    const testClock = await newClock()
    const [live, clocked] = [await newCustomer(), await newCustomer({ testClock })]
    const told = async (customer: string) => {
      const { body } = await cluster.call(
        'GET',
        `/v1/events?limit=100&after=0&type=usage.threshold_reached&customer=${customer}`,
      )
      return body.data.map((event: { data: { threshold: number } }) => event.data.threshold)
    }
    const untilTold = (customer: string, count: number) =>
      eventually(`${count} thresholds were told`, async () =>
        (await told(customer)).length >= count ? true : undefined,
      )
    const crowd = (customer: string) => Promise.all(times(130, () => consume(customer, 'calls')))
    await Promise.all([crowd(live), crowd(clocked)])
    await Promise.all([untilTold(live, 3), untilTold(clocked, 3)])
    expect(await told(live)).toEqual([50, 80, 100])
    expect(await told(clocked)).toEqual([50, 80, 100])
    await crowd(live)
    await advance(testClock, '2026-04-02T00:00:00.000Z')
    await Promise.all(times(85, () => consume(clocked, 'calls')))
    await untilTold(clocked, 5)
    expect(await told(clocked)).toEqual([50, 80, 100, 50, 80])
    expect(await told(live)).toEqual([50, 80, 100])
  })

  it('I-3 a late report that is accepted counts for good in its own window; one that is too late is refused', async () => {
    const testClock = await newClock()
    const customer = await newCustomer({ testClock })
    await consume(customer, 'calls', 10)
    await advance(testClock, '2026-04-05T00:00:00.000Z')
    const report = (at: string, amount: number) => ({ customer, feature: 'calls', amount, at })
    const { body } = await cluster.call('POST', '/v1/events', {
      events: [
        report('2026-03-20T00:00:00.000Z', 7),
        report('2026-01-01T00:00:00.000Z', 9),
        report('2027-01-01T00:00:00.000Z', 9),
      ],
    })
    expect(body).toMatchObject({ accepted: 1, duplicates: 0 })
    expect(body.rejected.map((row: { index: number; code: string }) => [row.index, row.code])).toEqual([
      [1, 'event_too_late'],
      [2, 'event_in_future'],
    ])
    const march = async () => {
      const { body: windows } = await cluster.call(
        'GET',
        `/v1/customers/${customer}/usage/windows?feature=calls`,
      )
      return windows.data.map((row: { windowEnd: string; used: number }) => row.used)
    }
    expect(await march()).toEqual([17])
    expect((await summaryOf(customer, 'calls')).used).toBe(0)
    await advance(testClock, '2027-06-01T00:00:00.000Z')
    expect((await march()).at(-1)).toBe(17)
    const { body: history } = await cluster.call('GET', `/v1/customers/${customer}/usage/events?limit=100`)
    expect(history.data.map((row: { amount: number }) => row.amount).sort()).toEqual([10, 7])
    expect(await audit(database.db, [customer])).toEqual([])
  })

  it('I-4 a reservation counts in the window it was made in, settled ever so late', async () => {
    const testClock = await newClock()
    const customer = await newCustomer({ testClock })
    const made = await cluster.call('POST', '/v1/reservations', {
      customer,
      feature: 'calls',
      amount: 30,
      ttlSeconds: 86_400,
    })
    const lease = await cluster.call('POST', '/v1/leases', {
      customer,
      feature: 'calls',
      amount: 20,
      ttlSeconds: 60,
    })
    await advance(testClock, '2026-04-05T00:00:00.000Z')
    await cluster.call('POST', `/v1/reservations/${made.body.id}/settle`, { amount: 12 })
    await cluster.call('POST', `/v1/leases/${lease.body.id}/report`, { amount: 4 })
    const { body } = await cluster.call('GET', `/v1/customers/${customer}/usage/windows?feature=calls`)
    expect(body.data).toMatchObject([{ used: 16, reserved: 0 }])
    const { rows } = await database.db.query<{ used: number; total: number }>({
      text: `select w.used, (select sum(amount)::bigint from usage_event e where e.environment = w.environment
          and e.customer = w.customer and e.feature = w.feature and e.window_start = w.window_start) as total
        from usage_window w join customer c on c.environment = w.environment and c.id = w.customer
        join feature f on f.id = w.feature where c.key = $1 and f.key = 'calls'`,
      values: [customer],
    })
    expect(rows).toEqual([{ used: 16, total: 16 }])
    expect((await summaryOf(customer, 'calls')).used).toBe(0)
    expect(await audit(database.db, [customer])).toEqual([])
  })
})

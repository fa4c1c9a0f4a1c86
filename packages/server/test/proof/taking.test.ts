/**
 * What went wrong elsewhere when use was counted, one test for each fault: four processes on one database.
 */
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { audit, readBalances } from './support/audit.ts'
import { type Cluster, startCluster } from './support/cluster.ts'
import { isSample } from './support/random.ts'
import { takingCatalog } from './support/taking-catalog.ts'
import { takingWorld, times } from './support/taking-world.ts'

const { world, processes, newCustomer, subscribe, consume, summaryOf, balanceOf } = takingWorld(4)

describe('asked by many at once', { timeout: 300_000 }, () => {
  it('I-1 who checks first and takes then is not oversold', async () => {
    const customer = await newCustomer()
    const checkAndTake = async () => {
      const { body: forecast } = await world.cluster.call('POST', '/v1/check', { customer, feature: 'calls' })
      return forecast.allowed && (await consume(customer, 'calls')).body.allowed
    }
    const answers = await Promise.all(times(250, checkAndTake))
    expect(answers.filter(Boolean)).toHaveLength(100)
    expect(await balanceOf(customer, 'calls')).toMatchObject({ used: 100 })
    expect(await audit(world.database.db, [customer])).toEqual([])
  })

  it('I-1 2,000 simultaneous takes at a limit of 1,000: 1,000 are admitted, and nobody else is told yes', async () => {
    const customer = await newCustomer()
    const take = async (index: number) => {
      const body = { customer, feature: 'many', idempotencyKey: `take-${index}` }
      const server = world.cluster.servers[index % 4] as Cluster['servers'][number]
      return server.request('POST', '/v1/consume', { body })
    }
    const answers = await Promise.all(times(2_000, take))
    for (const { status, headers } of answers)
      if (status !== 200) expect([status, Number(headers.get('retry-after')) > 0]).toEqual([503, true])
    // Whoever could not be served asks again with the same key, elsewhere, and hears the truth.
    const truth = await Promise.all(
      answers.map((_, index) =>
        world.cluster.call(
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
    expect(await audit(world.database.db, [customer])).toEqual([])
  })
})

describe('what was acknowledged', { timeout: 300_000 }, () => {
  it('I-3 is there when every process is killed, and what was not is there once at most', async () => {
    const own = await createTestDatabase()
    const first = await startCluster(own, 2)
    await first.call('PUT', '/v1/catalog', takingCatalog)
    await first.call('PUT', '/v1/customers/acme', {})
    await first.call('POST', '/v1/subscriptions', { customer: 'acme', plan: 'small', currency: 'XOF' })
    const told = new Map<string, string | null>()
    const acknowledged = () => [...told].filter(([, event]) => event !== null)
    let enough = () => {}
    const aGoodMany = new Promise<void>((resolve) => {
      enough = resolve
    })
    const body = (key: string) => ({ customer: 'acme', feature: 'many', idempotencyKey: key })
    const take = async (key: string) => {
      told.set(key, null)
      const server = first.servers[told.size % 2] as Cluster['servers'][number]
      const answer = await server.request('POST', '/v1/consume', { body: body(key) })
      if (answer.status === 200) told.set(key, answer.body.event)
      if (acknowledged().length > (isSample ? 50 : 150)) enough()
    }
    const callers = times(isSample ? 15 : 40, async (caller) => {
      for (let step = 0; ; step += 1)
        if (
          !(await take(`${caller}-${step}`).then(
            () => true,
            () => false,
          ))
        )
          return
    })
    await aGoodMany
    await Promise.all(first.servers.map((server) => server.kill()))
    await Promise.all(callers)
    const { rows } = await own.db.query<{ id: string }>('select id from usage_event')
    const stored = new Set(rows.map((row) => row.id))
    expect(acknowledged().filter(([, event]) => !stored.has(event as string))).toEqual([])
    const second = await startCluster(own, 1)
    const again = await Promise.all(
      [...told.keys()].map((key) => second.call('POST', '/v1/consume', body(key))),
    )
    const events = new Map([...told.keys()].map((key, index) => [key, again[index]?.body.event]))
    expect(acknowledged().filter(([key, event]) => events.get(key) !== event)).toEqual([])
    expect((await readBalances(own.db, ['acme'])).find((row) => row.feature === 'many')?.used).toBe(told.size)
    expect(await audit(own.db, ['acme'])).toEqual([])
    await second.stop()
    await own.close()
  })

  it('I-3 outlives a rollout: processes stop and start under load, and each use is there once', async () => {
    const customer = await newCustomer()
    const rolling = await startCluster(world.database, 1)
    let stopped = false
    const take = async (key: string) => {
      const body = { customer, feature: 'many', idempotencyKey: key }
      const leaving = rolling.servers[0] as Cluster['servers'][number]
      const answer = stopped
        ? undefined
        : await leaving.request('POST', '/v1/consume', { body }).catch(() => undefined)
      if (answer?.status === 200) return answer.body
      return (await world.cluster.call('POST', '/v1/consume', body)).body
    }
    const [many, steps] = isSample ? [10, 8] : [20, 15]
    const callers = times(many, async (caller) => {
      for (let step = 0; step < steps; step += 1) {
        const answer = await take(`roll-${caller}-${step}`)
        expect(answer.allowed).toBe(true)
      }
    })
    const code = await rolling.servers[0]?.stop()
    stopped = true
    await Promise.all(callers)
    expect(code).toBe(0)
    expect(await balanceOf(customer, 'many')).toMatchObject({ used: many * steps })
    expect(await audit(world.database.db, [customer])).toEqual([])
  })

  it('I-3 stays when what is in force changes: by a catalog, an override, a grant, another plan', async () => {
    const customer = await newCustomer()
    await consume(customer, 'calls', 65)
    await consume(customer, 'many', 650)
    const changes: (() => Promise<unknown>)[] = [
      () =>
        world.cluster.call('PUT', '/v1/catalog', {
          ...takingCatalog,
          operator: { timeZone: 'Africa/Abidjan' },
        }),
      () =>
        world.cluster.call('PUT', `/v1/customers/${customer}/overrides/many`, {
          limit: 900,
          reason: 'proof',
        }),
      () => world.cluster.call('POST', `/v1/customers/${customer}/grants`, { feature: 'many', amount: 10 }),
      () => world.cluster.call('DELETE', `/v1/customers/${customer}/overrides/many`),
      () => world.cluster.call('PUT', `/v1/customers/${customer}`, { timeZone: 'Asia/Tokyo' }),
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
      world.cluster.call(
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

describe('what stands behind a yes', { timeout: 300_000 }, () => {
  it('I-1 nothing is given, held or leased where no entitlement is', async () => {
    const unsubscribed = await newCustomer({ plan: null })
    const canceled = await newCustomer()
    const { body: page } = await world.cluster.call('GET', `/v1/subscriptions?customer=${canceled}`)
    await world.cluster.call('POST', `/v1/subscriptions/${page.data[0].id}/cancel`, { when: 'now' })
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
          processes.map((server) => world.cluster.call('POST', path, { customer, feature }, { server })),
        ),
      )
      for (const { body } of answers) {
        expect(body.allowed).toBe(false)
        expect(body.id ?? null).toBe(null)
      }
    }
    for (const row of await readBalances(world.database.db, [unsubscribed, canceled]))
      expect(row).toMatchObject({ used: 0, reserved: 0, leased: 0 })
    expect(await balanceOf(without, 'extra')).toBeUndefined()
  })

  it('I-1 what one process changes holds in every other at once', async () => {
    const customer = await newCustomer()
    for (const server of processes) await consume(customer, 'seats', 1, server)
    const set = (limit: number, server: number) =>
      world.cluster.call(
        'PUT',
        `/v1/customers/${customer}/overrides/seats`,
        { limit, reason: 'proof' },
        { server },
      )
    for (const limit of [4, 5, 3, 6]) {
      await set(limit, limit % 4)
      const room = limit > 4
      const checks = await Promise.all(
        processes.map((server) =>
          world.cluster.call('POST', '/v1/check', { customer, feature: 'seats' }, { server }),
        ),
      )
      expect(checks.map(({ body }) => [body.allowed, body.limit])).toEqual(processes.map(() => [room, limit]))
      const takes = await Promise.all(processes.map((server) => consume(customer, 'seats', 1, server)))
      const taken = takes.filter(({ body }) => body.allowed).length
      expect(taken).toBe(Math.max(0, limit - 4))
      if (taken > 0)
        await world.cluster.call('POST', '/v1/release', { customer, feature: 'seats', amount: taken })
    }
    await world.cluster.call(
      'PUT',
      `/v1/customers/${customer}/suspension`,
      { reason: 'proof' },
      { server: 2 },
    )
    for (const server of processes)
      expect((await consume(customer, 'calls', 1, server)).body.code).toBe('tenant_suspended')
  })

  it('I-1 a process that was asked for what did not exist yet finds it when it does', async () => {
    const customer = 'asked-too-early'
    const take = (server: number, feature = 'calls') =>
      world.cluster.call('POST', '/v1/consume', { customer, feature }, { server, accept: [404] })
    for (const server of processes) expect((await take(server)).status).toBe(404)
    await world.cluster.call('PUT', `/v1/customers/${customer}`, {}, { server: 0 })
    for (const server of processes) expect((await take(server)).body.code).toBe('no_subscription')
    await subscribe(customer, 'small')
    for (const server of processes) expect((await take(server)).body.allowed).toBe(true)
  })

  it('I-6 amounts are whole numbers: a fraction is refused and changes nothing, and the largest is exact', async () => {
    const customer = await newCustomer()
    for (const amount of [0.1, 1.5, -1, 0, 1e16, '1', null]) {
      for (const path of ['/v1/consume', '/v1/check', '/v1/reservations', '/v1/leases']) {
        const body = { customer, feature: 'calls', amount }
        const answer = await world.cluster.call('POST', path, body, { accept: [400, 422] })
        expect([path, amount, answer.status >= 400]).toEqual([path, amount, true])
      }
    }
    expect(await balanceOf(customer, 'calls')).toMatchObject({ used: 0, reserved: 0, leased: 0 })
    const most = 9_000_000_000_000_000
    await world.cluster.call(
      'PUT',
      `/v1/customers/${customer}/overrides/many`,
      { limit: most, reason: 'proof' },
      { accept: [400, 422] },
    )
    await Promise.all(times(10, () => consume(customer, 'many', 33)))
    expect((await summaryOf(customer, 'many')).used).toBe(330)
  })
})

/**
 * What went wrong elsewhere when time passed over what was counted: two processes, and clocks that are moved.
 */
import { describe, expect, it } from 'vitest'
import { audit } from './support/audit.ts'
import { eventually } from '../support/eventually.ts'
import { moveClock } from '../support/move-clock.ts'
import { takingWorld, times } from './support/taking-world.ts'

const { world, processes, newCustomer, consume, summaryOf } = takingWorld(2)

describe('in time', { timeout: 300_000 }, () => {
  const START = '2026-03-10T09:00:00.000Z'
  const newClock = async () =>
    (await world.cluster.call('POST', '/v1/test-clocks', { now: START })).body.id as string
  const advance = (clock: string, to: string) =>
    moveClock(async (...call) => (await world.cluster.call(...call)).body, clock, to)

  it('CM-4 a reset keeps credits that were bought: at a period end, and at a change of plan', async () => {
    const testClock = await newClock()
    const customer = await newCustomer({ testClock })
    await world.cluster.call('POST', `/v1/customers/${customer}/grants`, {
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
    const { body: page } = await world.cluster.call('GET', `/v1/subscriptions?customer=${customer}`)
    await world.cluster.call('POST', `/v1/subscriptions/${page.data[0].id}/change`, { plan: 'large' })
    const after = await summaryOf(customer, 'credits')
    expect([after.used, after.remaining]).toEqual([0, 95])
    expect(await audit(world.database.db, [customer])).toEqual([])
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
      const takes = times(80, (step) => consume(group[step % 4] as string, 'credits', 1, (step >> 2) % 2))
      await Promise.all([moving, ...takes])
      for (const customer of group) {
        const { rows } = await world.database.db.query<{ count: number; starts: number }>({
          text: `select count(*) as count, count(distinct g.starts_at) as starts from grant_ g
            join customer c on c.environment = g.environment and c.id = g.customer join feature f on f.id = g.feature
            where c.key = $1 and f.key = 'credits' and g.source = 'plan'`,
          values: [customer],
        })
        expect(rows[0]).toEqual({ count: index + 2, starts: index + 2 })
        const row = await summaryOf(customer, 'credits')
        expect([row.limit, row.used + row.remaining]).toEqual([50, 50])
      }
      expect(await audit(world.database.db, group)).toEqual([])
    }
  })

  it('GT-5 each threshold is told once in a window, whoever crosses it, and again in the next one', async () => {
    const testClock = await newClock()
    const [live, clocked] = [await newCustomer(), await newCustomer({ testClock })]
    const told = async (customer: string) => {
      const { body } = await world.cluster.call(
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
    const { body } = await world.cluster.call('POST', '/v1/events', {
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
      const { body: windows } = await world.cluster.call(
        'GET',
        `/v1/customers/${customer}/usage/windows?feature=calls`,
      )
      return windows.data.map((row: { windowEnd: string; used: number }) => row.used)
    }
    expect(await march()).toEqual([17])
    expect((await summaryOf(customer, 'calls')).used).toBe(0)
    await advance(testClock, '2027-06-01T00:00:00.000Z')
    expect((await march()).at(-1)).toBe(17)
    const { body: history } = await world.cluster.call(
      'GET',
      `/v1/customers/${customer}/usage/events?limit=100`,
    )
    expect(history.data.map((row: { amount: number }) => row.amount).sort()).toEqual([10, 7])
    expect(await audit(world.database.db, [customer])).toEqual([])
  })

  it('I-4 a reservation counts in the window it was made in, settled ever so late', async () => {
    const testClock = await newClock()
    const customer = await newCustomer({ testClock })
    const made = await world.cluster.call('POST', '/v1/reservations', {
      customer,
      feature: 'calls',
      amount: 30,
      ttlSeconds: 86_400,
    })
    const lease = await world.cluster.call('POST', '/v1/leases', {
      customer,
      feature: 'calls',
      amount: 20,
      ttlSeconds: 60,
    })
    await advance(testClock, '2026-04-05T00:00:00.000Z')
    await world.cluster.call('POST', `/v1/reservations/${made.body.id}/settle`, { amount: 12 })
    await world.cluster.call('POST', `/v1/leases/${lease.body.id}/report`, { amount: 4 })
    const { body } = await world.cluster.call('GET', `/v1/customers/${customer}/usage/windows?feature=calls`)
    expect(body.data).toMatchObject([{ used: 16, reserved: 0 }])
    const { rows } = await world.database.db.query<{ used: number; total: number }>({
      text: `select w.used, (select sum(amount)::bigint from usage_event e where e.environment = w.environment
          and e.customer = w.customer and e.feature = w.feature and e.window_start = w.window_start) as total
        from usage_window w join customer c on c.environment = w.environment and c.id = w.customer
        join feature f on f.id = w.feature where c.key = $1 and f.key = 'calls'`,
      values: [customer],
    })
    expect(rows).toEqual([{ used: 16, total: 16 }])
    expect((await summaryOf(customer, 'calls')).used).toBe(0)
    expect(await audit(world.database.db, [customer])).toEqual([])
  })
})

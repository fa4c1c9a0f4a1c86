import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/domain/doctor/model.ts'
import { checkDeliveries } from '../../src/domain/doctor/environment.ts'
import { examineInstallation } from '../../src/operations/doctor/examine.ts'
import { createNightlyExaminer, examineNightly } from '../../src/operations/doctor/examine-nightly.ts'
import { reportOn } from '../../src/operations/doctor/report.ts'
import { catalog, lyon, openMoneyWorld, type MoneyWorld } from './support.ts'
import { corruptions, of } from './doctor-corruptions.ts'
import { eventually } from '../support/eventually.ts'

const metered = {
  prices: { EUR: { month: { components: { calls: { feature: 'calls', model: { perUnit: '100' } } } } } },
  allowances: {
    calls: { limit: 'unlimited', window: 'billing_period' },
    tickets: { limit: 5, window: 'billing_period', policy: { overage: { EUR: '50' } } },
  },
  // nobody pays here: what is owed shuts nobody out
  policies: { dueDays: 365 },
}
const ahead = { prices: { EUR: { year: 10_000 } }, policies: { dueDays: 365 } }
const whole = {
  prices: { EUR: { month: 900 } },
  policies: { dueDays: 365, proration: 'none', moduleInvoices: 'apart' },
}
const addOns = { sso: { kind: 'recurring', prices: { EUR: { month: 500, year: 5_000 } } } }

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld()
  const features = { ...catalog.features, calls: { kind: 'meter' } }
  await world.ask('PUT', '/v1/catalog', {
    ...catalog,
    features,
    plans: { ...catalog.plans, metered, ahead, whole },
    addOns,
  })
  await liveALittle()
})
afterAll(() => world?.close())

const subscribe = (customer: string, rest: object = {}) =>
  world.ask('POST', '/v1/subscriptions', { customer, plan: 'essential', currency: 'EUR', ...rest })

async function invoicesOf(customer: string) {
  const { data } = await world.ask('GET', `/v1/customers/${customer}/invoices`)
  return data.toReversed()
}

const attach = (customer: string, instrument: string) =>
  world.ask('POST', `/v1/customers/${customer}/payment-methods`, { provider: 'simulator', instrument })

/** A bit of everything that moves money or counts. */
async function liveALittle() {
  const payer = await world.customerOn('2026-01-10T00:00:00Z', 'payer', { billing: { address: lyon } })
  await attach('payer', 'card_ok')
  const { id } = await subscribe('payer')
  await world.ask('POST', '/v1/consume', { customer: 'payer', feature: 'tickets', amount: 20 })
  await world.ask('POST', '/v1/reservations', { customer: 'payer', feature: 'tickets', amount: 5 })
  await payer('2026-01-20T00:00:00Z')
  await world.ask('POST', `/v1/subscriptions/${id}/change`, { plan: 'large' })
  await payer('2026-03-15T00:00:00Z')
  await world.ask('POST', '/v1/consume', { customer: 'payer', feature: 'tickets', amount: 3 })
  const [, , paid] = await invoicesOf('payer')
  await world.ask('POST', `/v1/invoices/${paid.id}/credit-notes`, {
    amountMinor: 1_000,
    destination: 'refund',
  })
  await world.ask('POST', `/v1/invoices/${paid.id}/credit-notes`, { amountMinor: 500 })
  const poor = await world.customerOn('2026-01-10T00:00:00Z', 'poor')
  await attach('poor', 'card_insufficient_funds')
  await subscribe('poor')
  await poor('2026-03-15T00:00:00Z')
  const [first, second] = await invoicesOf('poor')
  await world.ask('POST', `/v1/invoices/${first.id}/void`)
  await world.ask('POST', `/v1/invoices/${second.id}/mark-uncollectible`)
  await world.customerOn('2026-01-10T00:00:00Z', 'trier')
  await subscribe('trier', { trialDays: 30 })
  const caller = await world.customerOn('2026-01-10T00:00:00Z', 'caller')
  await subscribe('caller', { plan: 'metered' })
  const call = (feature: string, amount: number) =>
    world.ask('POST', '/v1/consume', { customer: 'caller', feature, amount })
  await caller('2026-01-20T00:00:00Z')
  await call('calls', 7)
  await call('tickets', 9)
  await caller('2026-02-15T00:00:00Z')
  await call('calls', 20)
  await call('tickets', 8)
  // begins months though a year is paid, and pauses for longer than one
  const mover = await world.customerOn('2026-01-10T00:00:00Z', 'mover')
  const moved = await subscribe('mover', { plan: 'ahead', interval: 'year', addOns: ['sso'] })
  // in the instant in which the year begins
  await world.customerOn('2026-01-10T00:00:00Z', 'haster').then(async (haster) => {
    const { id: hasty } = await subscribe('haster', { plan: 'ahead', interval: 'year' })
    await world.ask('POST', `/v1/subscriptions/${hasty}/change`, {
      plan: 'whole',
      interval: 'month',
      when: 'now',
    })
    await haster('2026-02-15T00:00:00Z')
  })
  const move = (verb: string, body: object = {}) =>
    world.ask('POST', `/v1/subscriptions/${moved.id}/${verb}`, body)
  await mover('2026-01-20T00:00:00Z')
  await move('change', { plan: 'whole', interval: 'month', when: 'now' })
  await mover('2026-03-25T00:00:00Z')
  await move('pause')
  await mover('2026-05-15T00:00:00Z')
  await move('resume')
  await mover('2026-06-20T00:00:00Z')
  const holder = await world.customerOn('2026-01-10T00:00:00Z', 'holder')
  await attach('holder', 'card_disputed')
  await subscribe('holder', { addOns: ['sso'] })
  await holder('2026-02-15T00:00:00Z')
  await eventually('both payments are disputed', async () =>
    (await world.ask('GET', '/v1/disputes?customer=holder')).data.length === 2 ? true : undefined,
  )
}

const report = () => {
  const { context } = world.server.engine
  return reportOn(context, { id: 1, name: 'test', mode: 'test' }, 100, { pageSize: 1 })
}

/** Of what is stored: jobs that stumble over what was planted are told, too. */
async function findings(): Promise<Finding[]> {
  return (await report()).findings.filter(({ check }) => check !== 'job')
}

describe('the doctor', () => {
  it('I-4 finds nothing in a world that is well', async () => {
    const { findings: found, customers, count } = await report()
    expect(found).toEqual([])
    expect({ customers, count }).toEqual({ customers: 7, count: 0 })
    const answer = await world.ask('GET', '/v1/doctor')
    expect(answer).toMatchObject({ object: 'doctor_report', customers: 7, count: 0, findings: [] })
  })
})

describe('the doctor names', () => {
  // no job may act on what is planted
  beforeAll(() => world.server.stop())

  /** Ids are told by their prefix: `inv_test_…` is `inv`. */
  const told = ({ check, subject }: Finding) =>
    `${check} ${subject.replaceAll(/([a-z]+)_test_[0-9a-z]+/g, '$1').replace(/(txn)_[0-9a-f]{24}/, '$1')}`

  it.each(corruptions)('$title', async ({ plant, mend, finds }) => {
    await world.database.db.query(plant)
    const found = await findings()
    await world.database.db.query(mend)
    expect(found.map(told).toSorted()).toEqual(finds.toSorted())
    expect(await findings()).toEqual([])
  })

  it('a job that hangs, and one that fails', async () => {
    const { db } = world.database
    await db.query(`insert into job_run (name, started_at, finished_at, failing, failure, every_ms) values
      ('hangs', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', 0, null, 250),
      ('fails', '2099-01-01T00:00:00Z', '2099-01-01T00:00:00Z', 2, 'customers', 250)`)
    const found = await examineInstallation(world.server.engine.context)
    await db.query(`delete from job_run where name in ('hangs', 'fails')`)
    expect(found).toEqual([
      {
        check: 'job',
        customer: null,
        subject: 'fails',
        expected: 'failing 0, failure null',
        found: 'failing 2, failure customers',
      },
      { check: 'job', customer: null, subject: 'hangs', expected: 'late false', found: 'late true' },
    ])
  })

  it('events that nobody plans deliveries for, after a while', () => {
    const check = (minutes: number) => checkDeliveries({ events: 2, oldestAt: 0 }, minutes * 60_000)
    expect(check(14)).toEqual([])
    expect(check(16)).toMatchObject([{ check: 'deliveries', expected: 'unplanned 0', found: 'unplanned 2' }])
  })
})

describe('every night', () => {
  it('whoever catches up after a time without anybody at work is waited for, but not for ever', async () => {
    const { context } = world.server.engine
    const { db } = world.database
    const since = '2020-01-01T00:00:00Z'
    const late = `insert into job_run (name, started_at, finished_at, failing, every_ms) values ('late', '${since}', '${since}', 0, 250)`
    const examine = createNightlyExaminer()
    await db.query('delete from doctor_day')
    await db.query(late)
    const looks: number[] = []
    while (looks.length < 5) looks.push((await examine(context)).handled)
    expect(looks).toEqual([0, 0, 0, 0, 2])

    await db.query('delete from doctor_day')
    const another = createNightlyExaminer()
    expect(await another(context)).toEqual({ handled: 0 })
    await db.query(`delete from job_run where name = 'late'`)
    expect(await another(context)).toEqual({ handled: 2 })
    await db.query(`delete from event where type = 'doctor.problems_found'`)
  })

  it('one process examines, and an event tells what was found', async () => {
    const { context } = world.server.engine
    await world.database.db.query(`update balance set used = used + 1 where customer = ${of('payer')}`)
    // the night in which the server was started is over
    await world.database.db.query('delete from doctor_day')
    const nights = await Promise.all([examineNightly(context), examineNightly(context)])
    expect(nights.reduce((sum, { handled }) => sum + handled, 0)).toBe(2)
    await world.database.db.query(`update balance set used = used - 1 where customer = ${of('payer')}`)
    const { rows } = await world.database.db.query(
      `select payload from event where type = 'doctor.problems_found'`,
    )
    expect(rows).toEqual([{ payload: { findings: 1, checks: { balance_events: 1 } } }])
  })
})

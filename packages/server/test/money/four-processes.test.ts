/** Periods that end for many at once, while four processes of their own look for what is due. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openClock } from '../simulation/simulated-clock.ts'
import { startEngineProcess, type EngineProcess } from '../simulation/engine-process.ts'
import { eventually } from '../support/eventually.ts'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

const PROCESSES = 4
const CUSTOMERS = 20
const DAY_MS = 86_400_000
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { calls: { kind: 'meter' } },
  plans: { monthly: { prices: { EUR: { month: 10_000 } }, allowances: { calls: 100 } } },
}

const clock = openClock(Date.parse('2026-01-31T10:00:00Z'))
const complaints: string[] = []
let world: MoneyWorld
let processes: EngineProcess[] = []
beforeAll(async () => {
  world = await openMoneyWorld({ clock, jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
  const { secretKey } = world.server
  const options = { databaseUrl: world.database.url, secretKey, clock, settings: world.settings }
  const onLog = (line: string) => {
    // time leapt, and who examines that night may look before the others have caught up; the doctor is asked at the end
    if (!line.includes('"check":')) complaints.push(line)
  }
  const started = Array.from({ length: PROCESSES }, () => startEngineProcess({ ...options, onLog }))
  processes = await Promise.all(started)
})
afterAll(async () => {
  await Promise.all(processes.map((each) => each.stop()))
  await world?.close()
})

const names = Array.from({ length: CUSTOMERS }, (_, index) => `tenant-${index}`)

/** By customer: how many periods were billed, and how many of those are paid. */
async function billed(): Promise<Record<string, string>> {
  const { rows } = await world.database.db.query<{ key: string; told: string }>(
    `select c.key, count(i.id) || ' ' || count(i.id) filter (where i.status = 'paid') as told from customer c
     left join invoice i on i.environment = c.environment and i.customer = c.id and i.kind = 'invoice' group by 1`,
  )
  return Object.fromEntries(rows.map(({ key, told }) => [key, told]))
}

it('I-2 sweeps in four processes close, number and collect each period once', async () => {
  for (const customer of names) {
    await world.ask('PUT', `/v1/customers/${customer}`, {})
    const card = { provider: 'simulator', instrument: 'card_ok' }
    await world.ask('POST', `/v1/customers/${customer}/payment-methods`, card)
    await world.ask('POST', '/v1/subscriptions', { customer, plan: 'monthly', currency: 'EUR' })
  }
  const everybody = (told: string) =>
    eventually(`each is ${told}`, async () => {
      const found = await billed()
      return names.every((name) => found[name] === told) ? true : undefined
    })
  await everybody('1 1')
  // one period ends for all; then three end before anybody has looked
  for (const [days, told] of [
    [28, '2 2'],
    [92, '5 5'],
  ] as const) {
    clock.leap(days * DAY_MS)
    await everybody(told)
  }
  const { rows } = await world.database.db.query<{ numbers: number; last: number; starts: number }>(
    `select count(distinct document_number)::int as numbers, max(right(document_number, 6))::int as last,
       count(distinct (customer, period_start))::int as starts from invoice where kind = 'invoice'`,
  )
  const all = CUSTOMERS * 5
  expect(rows).toEqual([{ numbers: all, last: all, starts: all }])
  const charged = await world.database.db.query('select 1 from payment_attempt')
  expect(charged.rows).toHaveLength(all)
  expect(
    (await world.ask('GET', '/v1/doctor')).findings.filter(({ check }: { check: string }) => check !== 'job'),
  ).toEqual([])
  expect(complaints).toEqual([])
}, 300_000)

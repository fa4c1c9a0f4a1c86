/**
 * What jobs do with money, in four servers on one database at once, and again when it is done: closing, collecting,
 * reminding, telling. (Processes of their own: `four-processes.test.ts`.) Nothing runs by itself here, so that "again" is a whole run and not a lucky moment.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedClock, type AdjustableClock } from '../../src/clock.ts'
import type { Context } from '../../src/context.ts'
import { createDeliverer } from '../../src/operations/deliveries/deliver.ts'
import type { Outgoing } from '../../src/operations/deliveries/outgoing.ts'
import { fanOutEvents } from '../../src/operations/deliveries/fan-out.ts'
import { sequenceEvents } from '../../src/operations/events/sequence.ts'
import { callBackAttempts } from '../../src/operations/payments/call-back.ts'
import { carryOutAttempts } from '../../src/operations/payments/carry-out.ts'
import { carryOutRefunds } from '../../src/operations/payments/carry-out-refunds.ts'
import { customerSweeps } from '../../src/operations/sweeps/customer-sweeps.ts'
import { createSweep } from '../../src/operations/sweeps/due-customers.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { changes, createSnapshots } from '../proof/isolation/snapshot.ts'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

const SERVERS = 4
const RECEIVER = 'https://receiver.example/hook'
const REMINDER = /^(Reminder|Your account is about to be suspended)/
const letters = [
  { afterDays: 1, letter: 'friendly' },
  { afterDays: 5, letter: 'warning' },
  { afterDays: 10, access: 'blocked' },
]
const policies = { dueDays: 3, retries: { afterDays: [2] }, dunning: { hour: 9, steps: letters } }
const prices = (month: number) => ({ EUR: { month } })
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC', attachDocuments: false },
  features: { calls: { kind: 'meter' } },
  plans: {
    small: {
      prices: prices(3_000),
      allowances: { calls: { limit: 5, policy: { overage: { EUR: '2' } } } },
      policies,
    },
    large: { prices: prices(9_000), policies },
    huge: { prices: prices(30_000), policies },
  },
}

let world: MoneyWorld
let clock: AdjustableClock
let servers: TestServer[] = []
beforeAll(async () => {
  clock = fixedClock(Date.parse('2026-03-02T10:00:00Z'))
  world = await openMoneyWorld({ clock, jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
  await world.ask('POST', '/v1/webhook-endpoints', { url: RECEIVER })
  const { url: databaseUrl } = world.database
  const payments = { settings: world.settings }
  const options = { databaseUrl, clock, payments, jobs: false, connections: 6 }
  servers = await Promise.all(Array.from({ length: SERVERS }, () => startTestServer(options)))
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  await world?.close()
})

/** What left for the outside: `dlv_…` or an event's id, as often as it was sent. */
const left: { id: string; to: string; subject: string }[] = []
const outgoing: Outgoing = {
  carriers: {
    test: {
      send: async ({ id, recipient, subject }) => {
        left.push({ id, to: recipient, subject })
        return { delivered: true, responseCode: 250 }
      },
    },
    live: null,
  },
  sendWebhook: async ({ url, headers }) => {
    left.push({ id: headers['webhook-id'] as string, to: url, subject: '' })
    return { delivered: true, responseCode: 200 }
  },
  allowPrivate: false,
  timeoutMs: 15_000,
  publicUrl: null,
}

/** The jobs of one server that have to do with money; each answers how much it did. */
function jobsOf(ctx: Context): (() => Promise<number>)[] {
  const sweeps = (['lifecycle', 'boundary', 'collection', 'revenue', 'holds'] as const).map((kind) =>
    createSweep(`sweep-${kind}`, kind, customerSweeps),
  )
  const deliverer = createDeliverer(ctx, outgoing)
  return [
    ...sweeps.map((sweep) => async () => (await sweep.run(ctx)).handled),
    () => carryOutAttempts(ctx),
    () => carryOutRefunds(ctx),
    async () => (await callBackAttempts(ctx)).handled,
    async () => {
      await sequenceEvents(ctx)
      return (await fanOutEvents(ctx, outgoing)).handled
    },
    async () => {
      const { handled } = await deliverer.run()
      await deliverer.idle()
      return handled
    },
  ]
}

/** All jobs of all servers at once, until none of them finds anything. @returns how much they did */
async function runEverything(): Promise<number> {
  const jobs = servers.flatMap(({ engine }) => jobsOf(engine.context))
  let all = 0
  for (;;) {
    const counts = await Promise.all(jobs.map((job) => job()))
    const done = counts.reduce((sum, count) => sum + count, 0)
    if (done === 0) return all
    all += done
  }
}

interface Document {
  reason: string
  status: string
  periodStart: string
  totalMinor: number
  attempts: number
}
const documents = async (customer: string): Promise<Document[]> =>
  (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data.toReversed()

async function lettersTo(customer: string): Promise<string[]> {
  const { data } = await world.ask('GET', `/v1/customers/${customer}/timeline?limit=100`)
  return data
    .filter(({ type }: { type: string }) => type === 'dunning.letter')
    .map(({ data: told }: { data: { letter: string } }) => told.letter)
    .toReversed()
}

const wellExamined = async () => expect((await world.ask('GET', '/v1/doctor')).findings).toEqual([])

async function join(customer: string, instrument: string, plan: string): Promise<string> {
  await world.ask('PUT', `/v1/customers/${customer}`, {
    currency: 'EUR',
    email: `${customer}@people.example`,
  })
  await world.ask('POST', `/v1/customers/${customer}/payment-methods`, { provider: 'simulator', instrument })
  return (await world.ask('POST', '/v1/subscriptions', { customer, plan })).id
}

describe('four servers at once', () => {
  const paying = Array.from({ length: 12 }, (_, index) => `pays-${index}`)
  const poor = Array.from({ length: 6 }, (_, index) => `poor-${index}`)

  it('I-2 close, collect, remind and tell each once, and a second run of all of it changes nothing', async () => {
    for (const customer of paying) await join(customer, 'card_ok', 'small')
    for (const customer of poor) await join(customer, 'card_insufficient_funds', 'large')
    for (const customer of paying.slice(0, 3))
      await world.ask('POST', '/v1/consume', { customer, feature: 'calls', amount: 9 })
    const snapshots = await createSnapshots(world.database.db)
    for (const day of ['2026-03-02', '2026-03-06', '2026-03-10', '2026-03-17', '2026-04-02']) {
      clock.set(Date.parse(`${day}T10:00:01Z`))
      expect(await runEverything(), day).toBeGreaterThan(0)
      const before = await snapshots.take()
      expect(await runEverything(), day).toBe(0)
      expect(changes(before, await snapshots.take()), day).toEqual([])
    }
    const overage = 4 * 2
    for (const [index, customer] of paying.entries()) {
      const made = (await documents(customer)).map(({ status, totalMinor, attempts }) => [
        status,
        totalMinor,
        attempts,
      ])
      const second = index < 3 ? 3_000 + overage : 3_000
      expect(made, customer).toEqual([
        ['paid', 3_000, 1],
        ['paid', second, 1],
      ])
    }
    for (const customer of poor) {
      const [first] = await documents(customer)
      expect(first, customer).toMatchObject({ status: 'open', attempts: 2 })
      expect(await lettersTo(customer), customer).toEqual(['friendly', 'warning'])
    }
    const sent = left.map(({ id, to }) => `${id} ${to}`)
    expect(sent.filter((each, index) => sent.indexOf(each) !== index)).toEqual([])
    for (const customer of poor) {
      const reminders = left.filter(
        ({ to, subject }) => to.startsWith(`${customer}@`) && REMINDER.test(subject),
      )
      expect(reminders, customer).toHaveLength(2)
    }
    expect(left.filter(({ to }) => to === RECEIVER).length).toBeGreaterThan(paying.length)
    await wellExamined()
  })

  it('ST-13 two upgrades at once have one outcome: the dearer plan, paid for once', async () => {
    for (const round of [1, 2, 3]) {
      const customer = `climbs-${round}`
      const began = clock.now()
      const id = await join(customer, 'card_ok', 'small')
      await runEverything()
      const { periodEnd } = await world.ask('GET', `/v1/subscriptions/${id}`)
      clock.set(began + (Date.parse(periodEnd) - began) / 2)
      const answers = await Promise.all(
        ['large', 'huge', 'large', 'huge'].map((plan, index) =>
          (servers[index] as TestServer).request('POST', `/v1/subscriptions/${id}/change`, {
            key: world.server.secretKey,
            body: { plan },
          }),
        ),
      )
      expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([])
      await runEverything()
      expect((await world.ask('GET', `/v1/subscriptions/${id}`)).plan).toBe('huge')
      const charged = (await documents(customer)).reduce((sum, { totalMinor }) => sum + totalMinor, 0)
      // half a period of the one, half of the other, whatever lay between
      expect(charged).toBe(1_500 + 15_000)
      expect((await world.books(customer)).receivable ?? 0).toBe(0)
    }
    await wellExamined()
  })
})

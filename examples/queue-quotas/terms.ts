/** The chapters on what time and agreements do to a limit: imports, exceptions, grace, price per ticket, trials. */
import type { Client } from '@tollkeeper/client'
import { randomUUID } from 'node:crypto'
import type { Story } from '../story.ts'

const tenantName = () => `tenant-${randomUUID().slice(0, 8)}`
const inAbidjan = { currency: 'XOF', timeZone: 'Africa/Abidjan', locale: 'fr' }

/** May it create one more of these now? */
const mayCreate = async (client: Client, customer: string, feature: string): Promise<boolean> =>
  (await client.check({ customer, feature })).allowed

interface TimedTenant {
  tenant: string
  moveTo(instant: string): Promise<void>
}

/** A tenant that lives on a clock of its own, which the story moves. */
async function tenantAt(client: Client, now: string, plan: string, trialDays: number): Promise<TimedTenant> {
  const clock = await client.testClocks.create({ now })
  const tenant = tenantName()
  await client.customers.put(tenant, { ...inAbidjan, testClock: clock.id })
  await client.paymentMethods.attach(tenant, { provider: 'simulator', instrument: 'card_ok' })
  await client.subscriptions.create({ customer: tenant, plan, trialDays })
  return {
    tenant,
    async moveTo(instant) {
      await client.advanceTestClock(clock.id, instant)
    },
  }
}

/** QE-11 */
export async function importTenants(client: Client, story: Story): Promise<void> {
  story.chapter('Tenants that were there before')
  const [small, large, strange] = [tenantName(), tenantName(), tenantName()]
  const given = { ...inAbidjan, plan: 'essential' }
  const customers = [
    { ...given, id: small, held: { sites: 1, agents: 2 }, used: { tickets: 40 } },
    { ...given, id: large, held: { sites: 1, agents: 9, queues: 12 } },
    { ...given, id: strange, plan: 'platinum' },
  ]
  const first = await client.imports.create({ customers })
  story.expect(
    'each is told what became of it',
    first.results.map(({ status }) => status),
    ['imported', 'imported', 'failed'],
  )
  story.say(`The third: ${first.results[2]?.error?.title ?? ''}`)
  const again = await client.imports.create({ customers })
  story.expect(
    'the same import again changes nothing',
    [again.imported, again.unchanged, again.failed],
    [0, 2, 1],
  )
  const [subscription] = await client.subscriptions.list({ customer: large }).toArray({ max: 10 })
  story.expect('they try the plan for 14 days', subscription?.status, 'trialing')
  const { queues, agents } = await client.usageOf(large)
  story.expect('a tenant above its limit keeps what it has', [queues?.current, agents?.current], [12, 9])
  story.expect('and may not add', await mayCreate(client, large, 'queues'), false)
  await client.release({ customer: large, feature: 'queues', amount: 10 })
  story.expect('until it is below', await mayCreate(client, large, 'queues'), true)
}

/** QE-14 */
export async function makeAnException(client: Client, story: Story): Promise<void> {
  story.chapter('An exception with an end')
  const { tenant, moveTo } = await tenantAt(client, '2026-03-01T08:00:00Z', 'essential', 0)
  await client.set({ customer: tenant, feature: 'agents', amount: 5 })
  story.expect('five of five agents: no sixth', await mayCreate(client, tenant, 'agents'), false)
  await client.overrides.put(tenant, 'agents', {
    limit: 8,
    reason: 'Ouverture d’une agence',
    author: 'direction@example.com',
    expiresAt: '2026-03-15T00:00:00Z',
  })
  story.expect('eight until 15 March', (await client.usageOf(tenant)).agents?.max, 8)
  await client.consumeOrThrow({ customer: tenant, feature: 'agents' })
  await moveTo('2026-03-14T23:59:59.999Z')
  story.expect('at the last moment it still holds', await mayCreate(client, tenant, 'agents'), true)
  await moveTo('2026-03-15T00:00:00Z')
  const { agents } = await client.usageOf(tenant)
  story.expect('then the plan holds again; nothing is taken away', agents, {
    current: 6,
    max: 5,
    percentage: 120,
    available: 0,
  })
}

/** QE-15: some more, for some days. */
export async function letSomeMoreThrough(client: Client, story: Story): Promise<void> {
  story.chapter('A soft limit')
  const { tenant, moveTo } = await tenantAt(client, '2026-03-10T08:00:00Z', 'essential_soft', 0)
  const tickets = { customer: tenant, feature: 'tickets' }
  await client.consumeOrThrow({ ...tickets, amount: 500 })
  const crossing = await client.consumeOrThrow({ ...tickets, amount: 20 })
  story.expect('520 of 500: admitted, and counted as 20 above', [crossing.used, crossing.overage], [520, 20])
  story.expect('50 above at most', (await client.check({ ...tickets, amount: 31 })).allowed, false)
  await moveTo('2026-03-13T07:59:59.999Z')
  story.expect(
    'three days after the first crossing it ends',
    await mayCreate(client, tenant, 'tickets'),
    true,
  )
  await moveTo('2026-03-13T08:00:00Z')
  story.expect('to the moment', await mayCreate(client, tenant, 'tickets'), false)
  const rows = await client.usage.overages(tenant).toArray({ max: 10 })
  story.expect(
    'it is kept as a row without a price',
    rows.map(({ amount, priced }) => ({ amount, priced })),
    [{ amount: 20, priced: false }],
  )
}

/** QE-15: as many as one likes, at a price. */
export async function billBeyondTheLimit(client: Client, story: Story): Promise<void> {
  story.chapter('Paid by the ticket')
  const { tenant, moveTo } = await tenantAt(client, '2026-03-10T08:00:00Z', 'essential_metered', 0)
  const tickets = { customer: tenant, feature: 'tickets' }
  await client.consumeOrThrow({ ...tickets, amount: 490 })
  const across = await client.consumeOrThrow({ ...tickets, amount: 25 })
  story.expect('515 of 500 are admitted', [across.used, across.overage], [515, 15])
  await client.consumeOrThrow({ ...tickets, amount: 5 })
  const rows = await client.usage.overages(tenant).toArray({ max: 10 })
  const due = rows.reduce((sum, { amount, unitPrices }) => sum + amount * Number(unitPrices?.XOF), 0)
  story.expect(
    'what lies above is kept with its price',
    rows.map(({ amount, priced, unitPrices }) => ({ amount, priced, unitPrices })),
    [
      { amount: 5, priced: true, unitPrices: { XOF: '35' } },
      { amount: 15, priced: true, unitPrices: { XOF: '35' } },
    ],
  )
  story.say(`20 tickets above, ${due} XOF to bill.`)
  await moveTo('2026-04-01T00:00:00Z')
  story.expect('a new month starts with nothing used', (await client.usageOf(tenant)).tickets?.current, 0)
  await moveTo('2026-04-10T08:00:01Z')
  const [invoice] = await client.invoices.listOfCustomer(tenant).toArray({ max: 1 })
  story.expect(
    'the next invoice has them beside the next period',
    [
      invoice?.status,
      invoice?.totalMinor,
      invoice?.lines.map(({ kind, quantity, amountMinor }) => [kind, quantity, amountMinor]),
    ],
    [
      'paid',
      16_000 + due,
      [
        ['overage', '20', due],
        ['plan', '1', 16_000],
      ],
    ],
  )
}

/** QE-8: the last day is included; then nothing goes, whether a job has run or not. */
export async function endTheTrial(client: Client, story: Story): Promise<void> {
  story.chapter('The end of a trial')
  const { tenant, moveTo } = await tenantAt(client, '2026-03-10T09:30:00Z', 'essential', 14)
  story.expect('14 days: it may create', await mayCreate(client, tenant, 'tickets'), true)
  await moveTo('2026-03-24T23:59:59.999Z')
  story.expect('at the last moment of the last day too', await mayCreate(client, tenant, 'tickets'), true)
  await moveTo('2026-03-25T00:00:00Z')
  const refused = await client.consume({ customer: tenant, feature: 'tickets' }, { language: 'fr' })
  story.expect('a moment later it is refused', refused.allowed || [refused.code, refused.message], [
    'trial_expired',
    'Période d’essai expirée',
  ])
}

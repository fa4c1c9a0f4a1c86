/** The chapters on money: seats that are counted, and more of something that is paid at once. */
import type { Client } from '@tollkeeper/client'
import { randomUUID } from 'node:crypto'
import { payWith } from '../payer.ts'
import type { Story } from '../story.ts'
import { openSeatCount } from './seat-count.ts'

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (error: { code?: string }) => error.code,
  )

/** CP-1, CP-9 */
export async function countSeats(client: Client, story: Story): Promise<void> {
  story.chapter('Seats, counted by the site')
  const customer = `site-${randomUUID().slice(0, 8)}`
  const clock = await client.testClocks.create({ now: '2026-03-10T10:00:00Z' })
  await client.customers.put(customer, { currency: 'EUR', testClock: clock.id })
  await payWith(client, customer, 'card_ok')
  const { id } = await client.subscriptions.create({ customer, plan: 'per_seat', quantities: { seats: 2 } })
  const count = await openSeatCount(5)
  try {
    const { secret } = await client.sites.put(customer, { url: count.url, quantity: 'seats', hour: 3 })
    count.secret = secret ?? ''
    const moveTo = (instant: string) => client.advanceTestClock(clock.id, instant)
    const seats = async () => (await client.subscriptions.get(id)).quantities.seats
    await moveTo('2026-03-11T03:00:00Z')
    story.expect('at three in the morning the site says five', [count.asked, await seats()], [1, 5])
    story.expect('they may be used at once', (await client.usageOf(customer)).seats?.max, 5)
    await moveTo('2026-03-12T02:59:59Z')
    story.expect('it is asked once a day', count.asked, 1)
    count.users = null
    await moveTo('2026-03-12T03:00:30Z')
    const failed = await client.sites.get(customer)
    story.expect(
      'a site that is broken changes nothing, shows in the report, and is asked again in a minute',
      [await seats(), failed.outcome, failed.responseCode, failed.nextAt],
      [5, 'failed', 503, '2026-03-12T03:01:00.000Z'],
    )
    count.users = 4
    await moveTo('2026-03-12T03:01:00Z')
    story.expect('then it says four', await seats(), 4)
    await moveTo('2026-04-10T10:00:01Z')
    const [renewal, first] = await client.invoices.listOfCustomer(customer).toArray({ max: 5 })
    story.expect(
      'two were billed in March; April is billed from what was counted last',
      [first?.totalMinor, renewal?.totalMinor, renewal?.status],
      [2 * 900, 4 * 900, 'paid'],
    )
  } finally {
    await client.sites.delete(customer)
    await count.close()
  }
}

/** CP-3 */
export async function buyMore(client: Client, story: Story): Promise<void> {
  story.chapter('More tokens, paid at once')
  const customer = `site-${randomUUID().slice(0, 8)}`
  await client.customers.put(customer, { currency: 'EUR' })
  await payWith(client, customer, 'card_ok')
  await client.subscriptions.create({ customer, plan: 'site_wide' })
  const most = async () => (await client.usageOf(customer)).ai_tokens?.max
  const order = { customer, addOn: 'more_tokens', idempotencyKey: randomUUID() }
  const [one, other] = await Promise.all([client.topUps.create(order), client.topUps.create(order)])
  story.expect('two clicks are one purchase', one.invoice?.id === other.invoice?.id, true)
  story.expect('paid', [one.status, one.invoice?.totalMinor], ['paid', 1_900])
  story.expect('100,000 more', await most(), 600_000)
  await payWith(client, customer, 'card_fails_when_charged')
  const declined = await codeOf(client.topUps.create({ customer, addOn: 'more_tokens' }))
  story.expect(
    'a card that is declined buys nothing',
    [declined, await most()],
    ['payment_declined', 600_000],
  )
}

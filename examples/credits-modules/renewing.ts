/**
 * When inspections renew, and that they renew once.
 *
 * Owns: these chapters.
 */
import type { Client } from '@tollkeeper/client'
import { until } from '../payer.ts'
import type { Story } from '../story.ts'
import { newBuyer } from './buyer.ts'

/** CM-5 */
export async function renewOnce(client: Client, story: Story): Promise<void> {
  story.chapter('A renewal that everybody meets')
  const buyer = await newBuyer(client, '2026-03-10T10:00:00Z')
  const { customer } = buyer
  await client.subscriptions.create({ customer, plan: 'growth' })
  await buyer.take(5)
  const ask = () => client.subscriptions.list({ customer }).toArray({ max: 1 })
  // the sweep that closes the period, whoever asks meanwhile, and the provider that tells of the charge
  await Promise.all([buyer.moveTo('2026-04-10T10:00:01Z'), ...Array.from({ length: 5 }, ask)])
  const payments = async () => client.payments.list({ customer }).toArray({ max: 10 })
  await until('it is paid', async () => ((await payments()).length >= 2 ? true : undefined))
  await buyer.moveTo('2026-04-11T00:00:00Z')
  const invoices = await client.invoices.listOfCustomer(customer).toArray({ max: 10 })
  story.expect(
    'one invoice a month, one payment each, and the quota granted once',
    [invoices.map(({ status }) => status), (await payments()).length, await buyer.grants()],
    [['paid', 'paid'], 2, ['plan 30']],
  )
}

/** CM-12 */
export async function countDates(client: Client, story: Story): Promise<void> {
  story.chapter('Dates')
  const buyer = await newBuyer(client, '2026-01-31T08:00:00Z')
  const { id } = await client.subscriptions.create({ customer: buyer.customer, plan: 'growth' })
  const ends: string[] = []
  for (const day of ['2026-02-01', '2026-03-01', '2026-04-01']) {
    await buyer.moveTo(`${day}T00:00:00Z`)
    ends.push((await client.subscriptions.get(id)).periodEnd.slice(0, 10))
  }
  story.expect('who began on the 31st renews on the last day of each month', ends, [
    '2026-02-28',
    '2026-03-31',
    '2026-04-30',
  ])
  const theirs = await newBuyer(client, '2026-01-31T08:00:00Z')
  await client.subscriptions.create({ customer: theirs.customer, plan: 'growth', authority: 'provider' })
  await theirs.moveTo('2026-03-01T00:00:00Z')
  story.expect('what the provider renews is billed by the provider alone', await theirs.newestInvoice(), [])
}

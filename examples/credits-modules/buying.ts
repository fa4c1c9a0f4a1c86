/**
 * How inspections are bought: at a page of the provider's, while others are live, and beside what an earlier system sold.
 *
 * Owns: these chapters. The page is the simulator's, which plays the payer.
 */
import type { Client } from '@tollkeeper/client'
import { randomUUID } from 'node:crypto'
import { enterCard, until } from '../payer.ts'
import type { Story } from '../story.ts'
import { newBuyer, type Buyer } from './buyer.ts'

const START = '2026-03-10T10:00:00Z'

/** The code that a call is refused with; null where it is not. */
export const codeOf = (call: Promise<unknown>): Promise<string | null> =>
  call.then(
    () => null,
    (error: { code: string }) => error.code,
  )

async function bought(client: Client, { customer, balance }: Buyer) {
  const invoices = await client.invoices.listOfCustomer(customer).toArray({ max: 10 })
  return [await balance(), ...invoices.map(({ status, totalMinor }) => `${status} ${totalMinor}`)]
}

/** CM-1, CM-2 */
export async function checkOut(client: Client, story: Story): Promise<void> {
  story.chapter('A page to pay at')
  const [buyer, quiet] = [await newBuyer(client, START), await newBuyer(client, START)]
  const order = {
    plan: 'growth',
    addOns: [{ id: 'unit', quantity: 10 }],
    topUps: ['pack_10'],
    provider: 'simulator',
    successUrl: 'https://inspections.example/thanks',
    cancelUrl: 'https://inspections.example/cart',
  }
  const { customer } = buyer
  const wrong = client.checkoutSessions.create({ ...order, customer, totalMinor: 12_900 })
  story.expect('a total that the cart got wrong opens no page', await codeOf(wrong), 'total_mismatch')
  const { id, url } = await client.checkoutSessions.create({ ...order, customer, totalMinor: 16_400 })
  story.expect('unpaid it grants nothing', await buyer.balance(), 0)
  const stranger = client.checkoutSessions.complete(id, { customer: quiet.customer })
  story.expect('somebody else’s is not found', await codeOf(stranger), 'checkout_not_found')

  const everything = [30 + 10 + 10, 'paid 16400']
  await enterCard(url, 'card_ok')
  const complete = () => client.checkoutSessions.complete(id, { customer })
  const returns = await Promise.all([complete(), complete()])
  story.expect(
    'back from the page, and the page loaded twice, it is complete',
    returns.map(({ status }) => status),
    ['complete', 'complete'],
  )
  story.expect('and has everything once', await bought(client, buyer), everything)

  const unseen = await client.checkoutSessions.create({ ...order, customer: quiet.customer })
  await enterCard(unseen.url, 'card_ok')
  await until('the provider has told', async () =>
    (await client.checkoutSessions.get(unseen.id)).status === 'complete' ? true : undefined,
  )
  story.expect('who never comes back has it by the webhook', await bought(client, quiet), everything)
  await client.checkoutSessions.complete(unseen.id, { customer: quiet.customer })
  story.expect('coming back after all changes nothing', await bought(client, quiet), everything)
  story.expect('nor did the webhook of the first', await bought(client, buyer), everything)
}

/** CM-3, CM-13 */
export async function buyBeside(client: Client, story: Story): Promise<void> {
  story.chapter('Bought beside another')
  const buyer = await newBuyer(client, START)
  const order = { customer: buyer.customer, plan: 'single' }
  const clicks = await Promise.all(
    Array.from({ length: 5 }, () => codeOf(client.subscriptions.create(order))),
  )
  story.expect(
    'of five clicks one buys, where the plan doesn’t say that buying again adds',
    clicks.toSorted((one, other) => String(one).localeCompare(String(other))),
    [null, ...Array<string>(4).fill('subscription_exists')],
  )
  await buyer.moveTo('2026-03-10T10:00:01Z')
  story.expect('with its quota once', await bought(client, buyer), [15, 'paid 4900'])
  const legacy = `legacy-${randomUUID().slice(0, 8)}`
  const { results } = await client.imports.create({
    customers: [
      { id: buyer.customer, plan: 'growth', currency: 'EUR' },
      { id: legacy, plan: 'growth', currency: 'EUR' },
    ],
  })
  story.expect(
    'what an earlier system sold is brought in where nothing is live, and never beside it',
    results.map(({ status }) => status),
    ['unchanged', 'imported'],
  )
}

/**
 * Tiers: tried, paid, changed up and down, not paid, paid with another card, and given back.
 *
 * Owns: the order of the story. Every run makes customers of its own.
 */
import type { Client } from '@tollkeeper/client'
import { randomUUID } from 'node:crypto'
import { payWith } from '../payer.ts'
import { table } from '../story.ts'
import type { Story } from '../story.ts'
import { catalog } from './catalog.ts'

export async function runStripeTiers(client: Client, story: Story): Promise<void> {
  await client.catalog.put(catalog)
  await showTiers(client, story)
  await tryThenPay(client, story)
  await changePlans(client, story)
  await failThenPay(client, story)
  await giveBack(client, story)
}

interface Subscriber {
  customer: string
  moveTo(instant: string): Promise<void>
  subscribe(plan: string): Promise<string>
  /** Of the newest document: kind, status and total in cents. */
  newest(): Promise<[kind: string, status: string, totalMinor: number] | []>
  promptsADay(): Promise<number | null | undefined>
  access(): Promise<string>
}

async function newSubscriber(client: Client, now: string): Promise<Subscriber> {
  const customer = `team-${randomUUID().slice(0, 8)}`
  const clock = await client.testClocks.create({ now })
  await client.customers.put(customer, { currency: 'USD', testClock: clock.id })
  await payWith(client, customer, 'card_ok')
  return {
    customer,
    async moveTo(instant) {
      await client.advanceTestClock(clock.id, instant)
    },
    subscribe: async (plan) => (await client.subscriptions.create({ customer, plan })).id,
    async newest() {
      const [newest] = await client.invoices.listOfCustomer(customer).toArray({ max: 1 })
      return newest === undefined ? [] : [newest.kind, newest.status, newest.totalMinor]
    },
    promptsADay: async () => (await client.usageOf(customer)).prompts?.max,
    async access() {
      const { level, reason } = (await client.customers.get(customer)).access
      return `${level} ${reason}`
    },
  }
}

/** ST-1 */
export async function showTiers(client: Client, story: Story): Promise<void> {
  story.chapter('The tiers')
  const plans = (await client.plans.list().toArray({ max: 100 })).filter(({ id }) =>
    Object.hasOwn(catalog.plans, id),
  )
  const priceOf = (plan: (typeof plans)[number], interval: string) =>
    plan.prices.find((price) => price.interval === interval)?.amountMinor ?? 0
  const paid = plans.filter((plan) => priceOf(plan, 'month') > 0)
  const saving = (plan: (typeof plans)[number]) =>
    Math.round((1 - priceOf(plan, 'year') / (12 * priceOf(plan, 'month'))) * 100)
  const rows = paid.map((plan) => [
    plan.name,
    priceOf(plan, 'month'),
    priceOf(plan, 'year'),
    `${saving(plan)} %`,
  ])
  for (const line of table([['', 'a month, cents', 'a year, cents', 'saved'], ...rows])) story.say(line)
  story.expect('a year saves about 17 per cent on each', paid.map(saving), [17, 17, 17])
}

/** ST-2 */
export async function tryThenPay(client: Client, story: Story): Promise<void> {
  story.chapter('A trial')
  const team = await newSubscriber(client, '2026-06-01T09:00:00Z')
  const id = await team.subscribe('starter')
  story.expect('seven days cost nothing', [await team.promptsADay(), await team.newest()], [10, []])
  await team.moveTo('2026-06-08T23:59:59Z')
  story.expect('the last one is included', (await client.subscriptions.get(id)).status, 'trialing')
  const told = await client.customers.timeline(team.customer).toArray({ max: 100 })
  const ending = told.find(({ type }) => type === 'subscription.trial_ending')
  story.expect('the end was announced three days ahead', ending?.occurredAt, '2026-06-06T00:00:00.000Z')
  await team.moveTo('2026-06-09T00:00:01Z')
  story.expect(
    'then it is a subscription, and paid',
    [(await client.subscriptions.get(id)).status, ...(await team.newest())],
    ['active', 'invoice', 'paid', 1_900],
  )
}

/** ST-8 */
export async function changePlans(client: Client, story: Story): Promise<void> {
  story.chapter('Up and down')
  const team = await newSubscriber(client, '2026-06-01T00:00:00Z')
  const id = (await client.subscriptions.create({ customer: team.customer, plan: 'starter', trialDays: 0 }))
    .id
  await team.moveTo('2026-06-16T00:00:00Z')
  const preview = await client.subscriptions.previewChange(id, { plan: 'growth' })
  story.say('In the middle of June: what would Growth cost?')
  for (const line of table(preview.lines.map(({ description, amountMinor }) => [description, amountMinor])))
    story.say(line)
  story.expect('half of one less half of the other, to the cent', preview.totalMinor, 3_450 - 950)
  await team.moveTo('2026-06-16T00:10:00Z')
  await client.subscriptions.change(id, { plan: 'growth', previewToken: preview.previewToken })
  story.expect('it works at once', await team.promptsADay(), 50)
  await team.moveTo('2026-06-16T00:10:01Z')
  story.expect('ten minutes later, the preview is what is charged', await team.newest(), [
    'invoice',
    'paid',
    preview.totalMinor,
  ])
  await client.subscriptions.change(id, { plan: 'starter' })
  await team.moveTo('2026-06-30T23:59:59Z')
  story.expect('down goes at the end of what is paid', await team.promptsADay(), 50)
  await team.moveTo('2026-07-01T00:00:01Z')
  story.expect(
    'and then costs what it costs',
    [await team.promptsADay(), ...(await team.newest())],
    [10, 'invoice', 'paid', 1_900],
  )
}

/** ST-7, ST-13 */
export async function failThenPay(client: Client, story: Story): Promise<void> {
  story.chapter('A card that has expired')
  const team = await newSubscriber(client, '2026-06-01T00:00:00Z')
  await team.subscribe('growth')
  await team.moveTo('2026-06-02T00:00:00Z')
  await payWith(client, team.customer, 'card_expired')
  await team.moveTo('2026-07-07T23:59:59Z')
  story.expect(
    'the renewal is declined, and access is kept for a week',
    [...(await team.newest()), await team.access(), await team.promptsADay()],
    ['invoice', 'open', 6_900, 'full ok', 50],
  )
  await team.moveTo('2026-07-08T00:00:01Z')
  story.expect(
    'then there is what is free',
    [await team.access(), await team.promptsADay()],
    ['limited payment_required', 5],
  )
  await payWith(client, team.customer, 'card_ok')
  await team.moveTo('2026-07-08T00:00:02Z')
  story.expect(
    'a new card is tried at once, and everything is back',
    [...(await team.newest()), await team.access(), await team.promptsADay()],
    ['invoice', 'paid', 6_900, 'full ok', 50],
  )
}

/** ST-11: refunds. */
export async function giveBack(client: Client, story: Story): Promise<void> {
  story.chapter('Money back')
  const team = await newSubscriber(client, '2026-06-01T00:00:00Z')
  await team.subscribe('pro')
  await team.moveTo('2026-06-01T00:00:01Z')
  const [payment] = await client.payments.list({ customer: team.customer }).toArray({ max: 1 })
  if (payment === undefined) throw new Error('it was paid')
  const refund = await client.payments.refund(payment.id, {
    amountMinor: 5_000,
    reason: 'A day without service',
  })
  story.expect('fifty dollars go back', [refund.amountMinor, refund.status], [5_000, 'succeeded'])
  story.expect('with a credit note', await team.newest(), ['credit_note', 'paid', 5_000])
  const tooMuch = await client.payments
    .refund(payment.id, { amountMinor: 15_000 })
    .then(String, (error) => error.code)
  story.expect('never more than was paid', tooMuch, 'refund_too_much')
}

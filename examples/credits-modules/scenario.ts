/**
 * Inspections by credit: bought, renewed, used up, not paid, paid after all, on another tier, and cancelled.
 *
 * Owns: the order of the story. Each chapter makes buyers of its own, so it may run again and again.
 */
import type { Client } from '@tollkeeper/client'
import { payWith } from '../payer.ts'
import type { Story } from '../story.ts'
import { newBuyer } from './buyer.ts'
import { buyBeside, checkOut, codeOf } from './buying.ts'
import { catalog } from './catalog.ts'
import { countDates, renewOnce } from './renewing.ts'

const START = '2026-03-10T10:00:00Z'
const SOON = '2026-03-10T10:00:01Z'
const RENEWED = '2026-04-10T10:00:01Z'

export async function runCreditsModules(client: Client, story: Story): Promise<void> {
  await client.catalog.put(catalog)
  await purchase(client, story)
  await checkOut(client, story)
  await buyBeside(client, story)
  await renew(client, story)
  await renewOnce(client, story)
  await countDates(client, story)
  await consumeAndTopUp(client, story)
  await switchModules(client, story)
  await failToPay(client, story)
  await changeTier(client, story)
  await cancel(client, story)
}

/** CM-1, CM-3 */
export async function purchase(client: Client, story: Story): Promise<void> {
  story.chapter('A purchase')
  const buyer = await newBuyer(client, START)
  const order = { customer: buyer.customer, plan: 'professional', addOns: [{ id: 'unit', quantity: 10 }] }
  const preview = await client.subscriptions.preview(order)
  story.expect('Professional with 10 more costs', preview.totalMinor, 22_900)
  const refused = await codeOf(client.subscriptions.create({ ...order, totalMinor: 19_900 }))
  story.expect('a total that the page got wrong is refused', refused, 'total_mismatch')
  const bought = await client.subscriptions.create({ ...order, previewToken: preview.previewToken })
  await buyer.moveTo(SOON)
  story.expect('it is paid by card', await buyer.newestInvoice(), ['paid', 22_900])
  story.expect('75 are included, and 10 were bought', await buyer.balance(), 85)

  await buyer.take(50)
  await buyer.moveTo('2026-03-20T10:00:00Z')
  const again = await client.subscriptions.create({ customer: buyer.customer, plan: 'growth' })
  story.expect('bought again while live, it is the same subscription', again.id, bought.id)
  story.expect('35 were left and are kept beside 30 new ones', await buyer.grants(), [
    'rollover 35',
    'plan 30',
  ])
}

/** CM-4 */
export async function renew(client: Client, story: Story): Promise<void> {
  story.chapter('A renewal')
  const expiring = await newBuyer(client, START)
  const keeping = await newBuyer(client, START)
  await client.subscriptions.create({ customer: expiring.customer, plan: 'growth' })
  await client.subscriptions.create({ customer: keeping.customer, plan: 'growth_keeping' })
  for (const buyer of [expiring, keeping]) {
    await buyer.take(5)
    await buyer.moveTo(RENEWED)
  }
  story.expect('what was unused expires, and 30 are new', await expiring.grants(), ['plan 30'])
  story.expect('on the other plan 20 of the 25 go on', await keeping.grants(), ['plan 30', 'rollover 20'])
  story.expect('the second month is paid', await expiring.newestInvoice(), ['paid', 9_900])
}

/** CM-6, CM-11, CM-14, CM-15 */
export async function consumeAndTopUp(client: Client, story: Story): Promise<void> {
  story.chapter('Inspections')
  const buyer = await newBuyer(client, START)
  await client.subscriptions.create({ customer: buyer.customer, plan: 'growth' })
  const full = await client.consumeOrThrow({ customer: buyer.customer, feature: 'inspection.full' })
  story.expect('a full inspection costs three', [full.amount, full.remaining], [3, 27])
  await buyer.take(26)
  const refused = await client.consume({ customer: buyer.customer, feature: 'inspection.full' })
  story.expect(
    'one left is too little for another: nothing is taken, and the pack that helps is named',
    [refused.allowed, refused.allowed ? null : refused.topUp?.addOn, await buyer.balance()],
    [false, 'pack_10', 1],
  )
  const order = { customer: buyer.customer, addOn: 'pack_10', idempotencyKey: 'two clicks' }
  const bought = await client.topUps.create(order)
  const second = await client.topUps.create(order)
  story.expect('the pack is paid at once', [bought.status, bought.invoice?.totalMinor], ['paid', 3_500])
  story.expect(
    'two clicks buy once',
    [second.invoice?.id === bought.invoice?.id, await buyer.balance()],
    [true, 11],
  )
  await buyer.take(4)
  await buyer.moveTo(RENEWED)
  story.expect('what was bought survives the renewal', await buyer.balance(), 37)
}

/** CM-7 */
export async function switchModules(client: Client, story: Story): Promise<void> {
  story.chapter('Modules')
  const buyer = await newBuyer(client, '2026-04-01T00:00:00Z')
  const { id } = await client.subscriptions.create({ customer: buyer.customer, plan: 'growth' })
  await buyer.moveTo('2026-04-16T00:00:00Z')
  await client.subscriptions.putAddOn(id, 'reports_module', {})
  story.expect('switched on, it works at once', await buyer.may('reports'), true)
  await buyer.moveTo('2026-05-01T00:00:01Z')
  story.expect('half a month and the next whole one come with the renewal', await buyer.newestInvoice(), [
    'paid',
    1_500 + 3_000,
  ])
  await client.subscriptions.deleteAddOn(id, 'reports_module')
  story.expect('switched off, it is gone at once', await buyer.may('reports'), false)
  await client.subscriptions.putBundle(id, 'everything')
  await buyer.moveTo('2026-07-01T00:00:01Z')
  story.expect(
    'a bundle covers all modules for less than they cost alone',
    [await buyer.may('reports'), await buyer.may('insights'), ...(await buyer.newestInvoice())],
    [true, true, 'paid', 3_900],
  )
}

/** CM-7, CM-8 */
export async function failToPay(client: Client, story: Story): Promise<void> {
  story.chapter('A renewal that is not paid')
  const buyer = await newBuyer(client, START)
  const order = { customer: buyer.customer, plan: 'growth', addOns: ['reports_module'] }
  const { id } = await client.subscriptions.create(order)
  await buyer.moveTo(SOON)
  await client.topUps.create({ customer: buyer.customer, addOn: 'pack_10' })
  await payWith(client, buyer.customer, 'card_insufficient_funds')
  await buyer.moveTo(RENEWED)
  story.expect('the card is declined', await buyer.newestInvoice(), ['open', 3_000])
  story.expect('the door is closed', await buyer.access(), 'blocked subscription_inactive')
  story.expect('credits are gone, bought ones too; the quota waits', await buyer.grants(), ['plan 0'])
  story.expect(
    'no module can be switched on now, and any switched off',
    [
      await codeOf(client.subscriptions.putAddOn(id, 'insights_module', {})),
      await codeOf(client.subscriptions.deleteAddOn(id, 'reports_module')),
    ],
    ['subscription_inactive', null],
  )
  await payWith(client, buyer.customer, 'card_ok')
  await buyer.moveTo('2026-04-11T10:00:02Z')
  story.expect('with another card it is paid', await buyer.newestInvoice(), ['paid', 3_000])
  story.expect(
    'active again, with the quota granted once',
    [await buyer.access(), await buyer.grants()],
    ['full ok', ['plan 30']],
  )
  story.expect('the module waits for a hand', await buyer.may('reports'), false)
  await client.subscriptions.putAddOn(id, 'reports_module', {})
  story.expect('and comes with it', await buyer.may('reports'), true)
}

/** CM-9 */
export async function changeTier(client: Client, story: Story): Promise<void> {
  story.chapter('Another tier')
  const buyer = await newBuyer(client, START)
  const addOns = [{ id: 'unit', quantity: 10 }]
  const { id } = await client.subscriptions.create({ customer: buyer.customer, plan: 'professional', addOns })
  await buyer.take(20)
  await buyer.moveTo('2026-03-20T10:00:00Z')
  await client.subscriptions.change(id, { plan: 'growth' })
  story.expect('85 = 75 + 10 become 30 + 10', await buyer.grants(), ['plan 40'])
  await buyer.moveTo(RENEWED)
  story.expect(
    'and renew as such',
    [await buyer.balance(), ...(await buyer.newestInvoice())],
    [40, 'paid', 12_900],
  )
}

/** CM-10 */
export async function cancel(client: Client, story: Story): Promise<void> {
  story.chapter('A cancellation')
  const buyer = await newBuyer(client, START)
  const { id } = await client.subscriptions.create({ customer: buyer.customer, plan: 'growth' })
  await client.subscriptions.cancel(id, { when: 'period_end' })
  await buyer.moveTo('2026-04-01T00:00:00Z')
  story.expect('until the period’s end everything stays', await buyer.balance(), 30)
  await client.subscriptions.resume(id)
  await buyer.moveTo(RENEWED)
  story.expect('undone before, it renews', [await buyer.balance(), await buyer.access()], [30, 'full ok'])
  await client.subscriptions.cancel(id, { when: 'now' })
  story.expect(
    'cancelled now, all ends now',
    [await buyer.grants(), await buyer.access()],
    [[], 'blocked subscription_inactive'],
  )
}

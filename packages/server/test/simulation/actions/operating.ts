/** What the operator does by hand: invoices, credit notes, refunds, money that came by transfer, giving up, deleting. */
import type { CatalogDefinition } from '@tollkeeper/contract'
import { DAY_MS } from '../../../src/domain/time/instant.ts'
import type { Answered } from '../../support/catalog.ts'
import type { Turn } from '../turn.ts'
import { addCustomer } from '../world.ts'
import { openInvoices } from './money.ts'

async function withOpenInvoice(turn: Turn, use: (invoice: Answered) => Promise<unknown>): Promise<void> {
  const index = turn.random.below(9)
  const invoices = await openInvoices(turn)
  const invoice = invoices[index % Math.max(invoices.length, 1)]
  if (invoice !== undefined) await use(invoice)
}

export const voidInvoice = (turn: Turn) =>
  withOpenInvoice(turn, ({ id }) => turn.ask('POST', `/v1/invoices/${id}/void`, {}, { once: true }))

export const giveUp = (turn: Turn) =>
  withOpenInvoice(turn, ({ id }) =>
    turn.ask('POST', `/v1/invoices/${id}/mark-uncollectible`, {}, { once: true }),
  )

/** A transfer: exact, short of it, or too much; written down late; and sometimes twice, under another key. */
export async function recordTransfer(turn: Turn): Promise<void> {
  const { random, customer, world } = turn
  const share = random.pick([1, 1, 0.5, 0.1, 1.2])
  const [named, again] = [random.chance(0.7), random.chance(0.2)]
  const reference = `transfer-${random.below(2 ** 31)}`
  const now = customer.clock?.at ?? world.clock.now()
  const receivedAt = random.chance(0.2) ? { receivedAt: new Date(now - 3 * DAY_MS).toISOString() } : {}
  await withOpenInvoice(turn, async ({ id, amountDueMinor, currency }) => {
    const amountMinor = Math.max(1, Math.floor(amountDueMinor * share))
    const body = {
      customer: customer.id,
      currency,
      amountMinor,
      transaction: reference,
      ...receivedAt,
      ...(named ? { invoice: id } : {}),
    }
    const first = await turn.ask('POST', '/v1/payments', body, { once: true })
    if (!again || first.status >= 300) return
    const second = await turn.ask('POST', '/v1/payments', body, { once: true })
    if (second.status < 300 && second.body.id !== first.body.id)
      world.contradictions.push(`one transfer was written down twice: ${first.text} ${second.text}`)
  })
}

export async function credit(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const [index, share, destination] = [
    random.below(9),
    random.pick([1, 0.5, 0.1]),
    random.pick(['balance', 'balance', 'refund']),
  ]
  const { body } = await turn.read(`/v1/customers/${customer.id}/invoices?limit=20`)
  const invoices = (body.data as Answered[]).filter(
    ({ kind, status }) => kind === 'invoice' && (status === 'paid' || status === 'open'),
  )
  const invoice = invoices[index % Math.max(invoices.length, 1)]
  if (invoice === undefined) return
  const amountMinor = Math.max(1, Math.floor(invoice.totalMinor * share))
  await turn.ask(
    'POST',
    `/v1/invoices/${invoice.id}/credit-notes`,
    { amountMinor, destination },
    { once: true },
  )
}

export async function refund(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const [index, share] = [random.below(9), random.pick([1, 0.5])]
  const { body } = await turn.read(`/v1/payments?customer=${customer.id}&limit=20`)
  const payments = (body.data as Answered[]).filter(({ provider }) => provider === 'simulator')
  const payment = payments[index % Math.max(payments.length, 1)]
  if (payment === undefined) return
  const amountMinor = Math.max(1, Math.floor(payment.amountMinor * share))
  await turn.ask(
    'POST',
    `/v1/payments/${payment.id}/refunds`,
    { amountMinor, reason: 'kindness' },
    { once: true },
  )
}

export async function adjustBalance(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const amountMinor = random.between(-500, 4_000) || 1
  const currency = random.pick(customer.product.currencies)
  const body = { currency, amountMinor, reason: 'goodwill' }
  await turn.ask('POST', `/v1/customers/${customer.id}/balance-adjustments`, body, { once: true })
}

export async function buyTopUp(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const quantity = random.between(1, 2)
  const [addOn] = customer.product.topUps
  if (addOn === undefined) return
  customer.extended = true
  await turn.ask('POST', '/v1/top-ups', { customer: customer.id, addOn, quantity }, { once: true })
}

/** The operator closes the door by hand, or opens it. */
export async function suspend(turn: Turn): Promise<void> {
  const path = `/v1/customers/${turn.customer.id}/suspension`
  if (turn.random.chance(0.4)) await turn.ask('PUT', path, { reason: 'abuse' })
  else await turn.ask('DELETE', path)
}

/** Another limit for one customer, for a while or for good; or no longer. */
export async function override(turn: Turn): Promise<void> {
  const { random, customer, world } = turn
  const path = `/v1/customers/${customer.id}/overrides/${customer.product.feature}`
  const now = customer.clock?.at ?? world.clock.now()
  const [limit, ends] = [random.between(0, customer.product.most * 4), random.chance(0.5)]
  customer.extended = true
  const expiresAt = ends ? { expiresAt: new Date(now + 20 * DAY_MS).toISOString() } : {}
  if (random.chance(0.7)) await turn.ask('PUT', path, { limit, reason: 'an agreement', ...expiresAt })
  else await turn.ask('DELETE', path)
}

export async function give(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const { feature, most } = customer.product
  const amount = random.between(1, most)
  customer.extended = true
  await turn.ask('POST', `/v1/customers/${customer.id}/grants`, { feature, amount }, { once: true })
}

/** ST-13: whoever goes leaves the books behind, and somebody else comes. */
export async function remove(turn: Turn): Promise<void> {
  const { customer, world, random } = turn
  if (customer.deleted) return
  customer.deleted = true
  await turn.ask('DELETE', `/v1/customers/${customer.id}`)
  await addCustomer(world, random, customer.product, customer.clock)
}

/** The operator changes prices: whoever has a plan stays on its version until the next change. */
export async function reprice(turn: Turn): Promise<void> {
  const { random, world } = turn
  const [index, raise] = [random.below(9), random.between(1, 9)]
  const last = world.catalogs.at(-1) as CatalogDefinition
  const sold = turn.customer.product.plans
  const name = sold[index % sold.length] as string
  const plan = last.plans[name] as CatalogDefinition['plans'][string]
  const raised = Object.entries(plan.prices ?? {}).map(([currency, byInterval]) => {
    const prices = Object.entries(byInterval).map(([interval, price]) => [
      interval,
      typeof price === 'number' ? price + raise * 100 : price,
    ])
    return [currency, Object.fromEntries(prices)]
  })
  const prices = Object.fromEntries(raised)
  const next = { ...last, plans: { ...last.plans, [name]: { ...plan, prices } } }
  world.catalogs.push(next as CatalogDefinition)
  await turn.ask('PUT', '/v1/catalog', next)
}

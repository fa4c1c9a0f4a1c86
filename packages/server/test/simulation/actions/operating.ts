/** What the operator does by hand: invoices, credit notes, refunds, money that came by transfer, giving up, deleting. */
import type { Answered } from '../../support/catalog.ts'
import type { Turn } from '../turn.ts'
import { openInvoices } from './money.ts'

export async function writeInvoice(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const body = {
    customer: customer.id,
    currency: customer.product.currency,
    lines: [
      {
        description: 'Training',
        quantity: String(random.between(1, 4)),
        unitMinor: `${random.between(100, 90_000)}.5`,
      },
    ],
    collection: random.pick(['automatic', 'send']),
    dueDays: random.pick([0, 14, 30]),
    finalise: random.chance(0.8),
  }
  await turn.ask('POST', '/v1/invoices', body, { once: true })
}

export async function addItem(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const sign = random.chance(0.2) ? '-' : ''
  const body = {
    currency: customer.product.currency,
    description: 'Travel',
    unitMinor: `${sign}${random.between(1, 3_000)}`,
  }
  await turn.ask('POST', `/v1/customers/${customer.id}/invoice-items`, body, { once: true })
}

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

/** A transfer: exact, short of it, or too much. */
export async function recordTransfer(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const [share, named, reference] = [
    random.pick([1, 1, 0.5, 1.2]),
    random.chance(0.7),
    `transfer-${random.below(2 ** 31)}`,
  ]
  await withOpenInvoice(turn, async ({ id, amountDueMinor, currency }) => {
    const amountMinor = Math.max(1, Math.floor(amountDueMinor * share))
    const body = {
      customer: customer.id,
      currency,
      amountMinor,
      transaction: reference,
      ...(named ? { invoice: id } : {}),
    }
    await turn.ask('POST', '/v1/payments', body, { once: true })
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
  const body = { currency: customer.product.currency, amountMinor, reason: 'goodwill' }
  await turn.ask('POST', `/v1/customers/${customer.id}/balance-adjustments`, body, { once: true })
}

export async function buyTopUp(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const quantity = random.between(1, 2)
  const [addOn] = customer.product.topUps
  if (addOn !== undefined)
    await turn.ask('POST', '/v1/top-ups', { customer: customer.id, addOn, quantity }, { once: true })
}

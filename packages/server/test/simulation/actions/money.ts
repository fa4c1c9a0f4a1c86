/** Paying, or not. */
import { writeAmount } from '../../../src/providers/payments/simulator/amounts.ts'
import type { Answered } from '../../support/catalog.ts'
import type { Turn } from '../turn.ts'

/** Most cards work; each of the others happens now and then. */
const CARDS = (
  'card_ok card_ok card_ok card_ok card_with_fee card_with_fee card_refused card_fails_when_charged ' +
  'card_insufficient_funds card_stolen card_expired card_authenticate_once card_authenticate_always ' +
  'card_silent card_disputed card_refund_later card_refund_fails'
).split(' ')

export async function attachCard(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const [isDefault, isFallback] = [random.chance(0.6), random.chance(0.3)]
  const isPhone = customer.product.currencies.includes('XOF') && random.chance(0.3)
  const body = {
    provider: 'simulator',
    kind: isPhone ? 'phone' : 'card',
    instrument: isPhone ? `+2217712345${random.between(10, 99)}` : random.pick(CARDS),
    ...(isDefault ? { isDefault } : isFallback ? { isFallback } : {}),
  }
  await turn.ask('POST', `/v1/customers/${customer.id}/payment-methods`, body, { once: true })
}

async function list(turn: Turn, path: string): Promise<Answered[]> {
  const { body } = await turn.read(path)
  return body.data ?? []
}

export async function detachCard(turn: Turn): Promise<void> {
  const index = turn.random.below(9)
  const path = `/v1/customers/${turn.customer.id}/payment-methods`
  const methods = await list(turn, path)
  const method = methods[index % Math.max(methods.length, 1)]
  if (method !== undefined) await turn.ask('DELETE', `${path}/${method.id}`)
}

export async function openInvoices(turn: Turn): Promise<Answered[]> {
  return list(turn, `/v1/customers/${turn.customer.id}/invoices?status=open&limit=20`)
}

export async function pay(turn: Turn): Promise<void> {
  const index = turn.random.below(9)
  const invoices = await openInvoices(turn)
  const invoice = invoices[index % Math.max(invoices.length, 1)]
  if (invoice !== undefined) await turn.ask('POST', `/v1/invoices/${invoice.id}/pay`, {}, { once: true })
}

/** Somebody looks at a phone, or at a page of the bank: in time, or after it is over. Most prompts nobody answers. */
export async function answerPrompt(turn: Turn): Promise<void> {
  const { random, world, customer } = turn
  const action = random.pick(['pay', 'pay', 'pay', 'pay_part', 'pay_twice', 'refuse'] as const)
  const late = random.chance(0.3)
  const { rows } = await world.database.db.query<Prompt>({
    text: `select a.id, a.currency, a.amount_minor as "amountMinor" from payment_attempt a
           join customer c on c.environment = a.environment and c.id = a.customer
           where c.key = $1 and a.status = any($2) and a.provider = 'simulator' and a.started_at is not null
           order by a.created_at desc, a.id limit 1`,
    values: [customer.id, late ? ['expired', 'superseded'] : ['pending', 'action_needed']],
  })
  const [prompt] = rows
  if (prompt === undefined) return
  const amount = writeAmount(Math.ceil(prompt.amountMinor / 2), prompt.currency)
  await world.outside.payer(prompt.id, action === 'pay_part' ? { action, amount } : { action })
}

interface Prompt {
  id: string
  currency: string
  amountMinor: number
}

/** A payer goes to the bank, and the bank decides. */
export async function dispute(turn: Turn): Promise<void> {
  const { random, world, customer } = turn
  const [index, verdict] = [random.below(9), random.pick(['won', 'lost'])]
  const open = await list(turn, `/v1/disputes?customer=${customer.id}&status=open`)
  const found = open[index % Math.max(open.length, 1)]
  if (found !== undefined) {
    await world.outside.control('POST', `/control/disputes/${found.reference}`, { status: verdict })
    return
  }
  const payments = await list(turn, `/v1/payments?customer=${customer.id}&limit=20`)
  const payment = payments.filter(({ provider }) => provider === 'simulator')[index]
  if (payment !== undefined) await world.outside.dispute(payment.transaction)
}

/** A page where the customer pays: the webhook, the way back and both at once end it once. */
export async function checkOut(turn: Turn): Promise<void> {
  const { random, world, customer } = turn
  const { product } = customer
  const instrument = random.pick(CARDS)
  const [pays, returns] = [random.chance(0.8), random.between(0, 2)]
  const [topUp] = product.topUps
  const subscribes = random.chance(0.7) || topUp === undefined
  const body = {
    customer: customer.id,
    ...(subscribes ? { plan: random.pick(product.plans) } : {}),
    ...(subscribes && product.seats ? { quantities: { seats: random.between(1, 9) } } : {}),
    ...(topUp !== undefined && (!subscribes || random.chance(0.5)) ? { topUps: [topUp] } : {}),
    provider: 'simulator',
    successUrl: 'https://shop.example/thanks',
    cancelUrl: 'https://shop.example/cart',
  }
  const session = await turn.ask('POST', '/v1/checkout-sessions', body, { once: true })
  if (session.status >= 300 || session.body.url === null || !pays) return
  if (topUp !== undefined) customer.extended = true
  await world.outside.enter(session.body.url, instrument)
  const back = Array.from({ length: returns }, () =>
    turn.ask('POST', `/v1/checkout-sessions/${session.body.id}/complete`, { customer: customer.id }),
  )
  await Promise.all(back)
}

/** Whoever has the link of an invoice pays it there: back from the provider's page, or told of by the provider alone. */
export async function payAtPage(turn: Turn): Promise<void> {
  const { random, world } = turn
  const [index, instrument, returns] = [random.below(9), random.pick(CARDS), random.between(0, 2)]
  const invoices = await openInvoices(turn)
  const invoice = invoices[index % Math.max(invoices.length, 1)]
  if (invoice === undefined) return
  const link = await turn.ask('POST', `/v1/invoices/${invoice.id}/link`, {})
  if (link.status >= 300) return
  const begun = await turn.ask('POST', `${link.body.path}/pay?provider=simulator&kind=card`)
  if (begun.status >= 300 || begun.body.url === null) return
  const back = await world.outside.enter(begun.body.url, instrument)
  if (back === null) return
  const { pathname, search } = new URL(back)
  await Promise.all(Array.from({ length: returns }, () => turn.ask('GET', pathname + search)))
}

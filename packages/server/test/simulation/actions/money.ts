/** Paying, or not. */
import type { Answered } from '../../support/catalog.ts'
import type { Turn } from '../turn.ts'

/** Most cards work; each of the others happens now and then. */
const CARDS = (
  'card_ok card_ok card_ok card_ok card_with_fee card_with_fee card_refused card_fails_when_charged ' +
  'card_insufficient_funds card_stolen card_expired card_authenticate_once card_authenticate_always'
).split(' ')

export async function attachCard(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const isPhone = customer.product.currency === 'XOF' && random.chance(0.3)
  const body = {
    provider: 'simulator',
    kind: isPhone ? 'phone' : 'card',
    instrument: isPhone ? `+2217712345${random.between(10, 99)}` : random.pick(CARDS),
    ...(random.chance(0.6) ? { isDefault: true } : {}),
    ...(random.chance(0.3) ? { isFallback: true } : {}),
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

/** Somebody looks at a phone, or at a page of the bank. */
export async function answerPrompt(turn: Turn): Promise<void> {
  const action = turn.random.pick(['pay', 'pay', 'pay', 'pay_twice', 'refuse'] as const)
  const { rows } = await turn.world.database.db.query<{ id: string }>({
    text: `select a.id from payment_attempt a join customer c on c.environment = a.environment and c.id = a.customer
           where c.key = $1 and a.status in ('pending', 'action_needed') order by a.created_at, a.id limit 1`,
    values: [turn.customer.id],
  })
  const charge = rows[0]?.id
  if (charge !== undefined) await turn.world.outside.payer(charge, action)
}

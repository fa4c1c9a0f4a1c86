/** What documents say: what is written on them by hand, and to whom they go. */
import { DAY_MS } from '../../../src/domain/time/instant.ts'
import { drawBuyer } from '../buyers.ts'
import { ZONES } from '../world.ts'
import type { Turn } from '../turn.ts'

const TEXTS = [
  'Training',
  'Travel & lodging',
  'Élagage « à façon »',
  'A line that is longer than its column is '.repeat(3),
]

function drawLine({ random, customer, world }: Turn): object {
  const [isGivenBack, hasTime, inclusive] = [random.chance(0.2), random.chance(0.3), random.chance(0.2)]
  const now = customer.clock?.at ?? world.clock.now()
  const [begins, days] = [random.between(0, 40), random.between(1, 40)]
  const service = {
    serviceStart: new Date(now - begins * DAY_MS).toISOString(),
    serviceEnd: new Date(now - (begins - days) * DAY_MS).toISOString(),
  }
  return {
    description: random.pick(TEXTS),
    quantity: random.pick(['1', '2', '3.25', '0.333']),
    unitMinor: `${isGivenBack ? '-' : ''}${random.between(100, 90_000)}${random.pick(['', '.5', '.125'])}`,
    taxCategory: random.pick(['standard', 'standard', 'reduced']),
    ...(inclusive ? { taxInclusive: true } : {}),
    ...(hasTime ? service : {}),
  }
}

export async function writeInvoice(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const body = {
    customer: customer.id,
    currency: random.pick(customer.product.currencies),
    lines: Array.from({ length: random.between(1, 4) }, () => drawLine(turn)),
    pendingItems: random.chance(0.3),
    collection: random.pick(['automatic', 'send']),
    dueDays: random.pick([0, 14, 30]),
    finalise: random.chance(0.8),
    ...(random.chance(0.2) ? { note: 'Merci <beaucoup> & à bientôt' } : {}),
  }
  await turn.ask('POST', '/v1/invoices', body, { once: true })
}

export async function addItem(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const body = { ...drawLine(turn), currency: random.pick(customer.product.currencies) }
  await turn.ask('POST', `/v1/customers/${customer.id}/invoice-items`, body, { once: true })
}

/** Somebody moves, is exempted from now on, or tells a name at last: documents of before stay what they were. */
export async function move(turn: Turn): Promise<void> {
  const { random, customer } = turn
  const { billing, locale } = drawBuyer(random)
  if (customer.deleted) return
  await turn.ask('PUT', `/v1/customers/${customer.id}`, { billing, ...(locale === '' ? {} : { locale }) })
}

/** Its days end at other times from now on, and what it takes out next may be in another currency. */
export async function relocate({ ask, random, customer }: Turn): Promise<void> {
  const body = { timeZone: random.pick(ZONES), currency: random.pick(customer.product.currencies) }
  if (!customer.deleted) await ask('PUT', `/v1/customers/${customer.id}`, body)
}

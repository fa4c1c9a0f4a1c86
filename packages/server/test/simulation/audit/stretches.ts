/**
 * What was charged for which stretch of time, against a naive recomputation from the catalog in whole numbers.
 *
 * Owns: a second opinion on periods and proportions. Does not own: discounts and taxes beyond their own arithmetic.
 * Invariant: an active subscription has no moment that nobody pays; that none is paid for twice is in `paid-once.ts`.
 */
import type { CatalogDefinition } from '@tollkeeper/contract'
import type { Queryable } from '../../../src/store/database/pool.ts'
import { ZONES } from '../world.ts'
import { localDays, naivePrices, roundedShare, seconds } from './naive-prices.ts'
import { paidTwice, readTold } from './paid-once.ts'

export interface Line {
  customer: string
  subscription: number
  invoice: string
  reason: string
  status: string
  id: string
  kind: string
  reference: string
  component: string
  quantity: string
  currency: string
  amount: number
  discount: number
  from: number
  to: number
  credits: string | null
  /** Its payer has disputed something: also what was set off of that paid for it. */
  disputed: boolean
  /** The payer has back through the bank what paid its invoice. */
  lost: boolean
  stopped: number | null
  /** Of an order that waits for its payment: it changes nothing yet. */
  ordered: boolean
}

interface Running {
  customer: string
  subscription: number
  status: string
  period_end: number
}

export interface KnownPrices {
  /** All that were in force: whoever has a plan stays on its version. */
  catalogs: readonly CatalogDefinition[]
  /** Lines, as they were when their amounts were found right: another catalog makes none of them wrong. */
  rightLines: Set<string>
}

const STRETCHES = ['plan', 'quantity', 'add_on', 'bundle']

export async function checkStretches(db: Queryable, known: KnownPrices): Promise<string[]> {
  const { rows: lines } = await db.query<Line>(
    `select c.key as customer, i.subscription, i.id as invoice, i.reason, i.status, l.id, l.kind, l.reference, l.component, l.quantity,
       i.currency, s.sign * l.amount_minor as amount, s.sign * l.discount_minor as discount, l.service_start as "from", l.service_end as "to", l.credits,
       l.stopped_at as stopped, i.status = 'draft' and i.collection = 'prepaid' as ordered,
       exists (select from dispute d where d.environment = 1 and d.customer = l.customer) as disputed,
       exists (select from dispute d join receipt r on r.environment = 1 and r.customer = d.customer and r.id = d.receipt
         where d.environment = 1 and d.customer = l.customer and d.status = 'lost'
           and r.allocations @> jsonb_build_array(jsonb_build_object('invoice', l.invoice))) as lost
     from invoice_line l join invoice i on i.environment = 1 and i.customer = l.customer and i.id = l.invoice
     join customer c on c.environment = 1 and c.id = i.customer
     left join invoice_line o on o.environment = 1 and o.customer = l.customer and o.id = l.credits
     -- a document below zero shows what it charges as negative
     cross join lateral (select case i.kind when 'invoice' then 1 else -1 end as sign) s
     -- what somebody writes a credit note of by hand stays charged
     where l.environment = 1 and i.subscription is not null and l.service_start is not null and o.kind is distinct from l.kind
     order by i.customer, i.subscription, l.service_start, l.id`,
  )
  const { rows: running } = await db.query<Running>(
    `select c.key as customer, s.number as subscription, s.status, s.period_end from subscription s
     join customer c on c.environment = 1 and c.id = s.customer
     where s.environment = 1 and s.status = 'active' and s.authority = 'engine'`,
  )
  const told = await readTold(db)
  const byId = new Map(lines.map((line) => [line.id, line]))
  const credits = lines.filter(({ kind, credits: of }) => kind === 'credit' && of !== null)
  const stops = new Map<string, number>()
  for (const { credits: of, from } of credits)
    stops.set(of as string, Math.min(from, stops.get(of as string) ?? Number.POSITIVE_INFINITY))
  // what is disputed gives nothing back where there is nothing to set it off against
  for (const { id, disputed, stopped } of lines)
    if (disputed && stopped !== null && !stops.has(id)) stops.set(id, stopped)
  const charged = lines.filter(({ kind, amount }) => STRETCHES.includes(kind) && amount >= 0)
  const byHand = await readByHand(db)
  // beside what was void, credited by hand or lost, more of the same is charged by itself
  const paying = charged.filter(({ id, status, lost }) => status !== 'void' && !byHand.has(id) && !lost)
  return [
    ...paidTwice(paying, stops, told),
    ...notBilled(charged, stops, running),
    ...wrongAmounts(charged, known, byHand),
    ...wrongCredits(credits, byId, byHand),
  ]
}

/** Whoever is active has an invoice up to the end of the period. */
function notBilled(
  lines: readonly Line[],
  stops: ReadonlyMap<string, number>,
  running: readonly Running[],
): string[] {
  const until = new Map<string, number>()
  for (const { customer, subscription, id, to, kind, ordered } of lines)
    if (!ordered && (kind === 'plan' || kind === 'quantity')) {
      const name = `${customer} ${subscription}`
      until.set(name, Math.max(stops.get(id) ?? to, until.get(name) ?? 0))
    }
  return running.flatMap(({ customer, subscription, period_end: end }) => {
    const billed = until.get(`${customer} ${subscription}`)
    return billed === end
      ? []
      : [`what runs is billed: ${customer} runs until ${String(end)}, billed until ${String(billed)}`]
  })
}

function wrongAmounts(
  lines: readonly Line[],
  { catalogs, rightLines }: KnownPrices,
  byHand: ReadonlyMap<string, number[]>,
): string[] {
  return lines.flatMap((line) => {
    const { id, invoice, reason, kind, reference, component, quantity, currency, amount, from, to } = line
    const said = [id, kind, reference, component, quantity, currency, amount, from, to].join(' ')
    if (rightLines.has(said)) return []
    const paidBefore = lines.filter(
      (other) =>
        other.kind === 'add_on' &&
        other.customer === line.customer &&
        other.subscription === line.subscription &&
        other.from < from &&
        other.to >= to,
    )
    const periods = lines
      .filter((other) => other.customer === line.customer && other.subscription === line.subscription)
      .filter((other) => other.reason === 'period' && other.to === to)
    const expected = naivePrices(
      line,
      catalogs,
      new Set(paidBefore.map(({ reference: key }) => key)),
      periods.map((other) => other.from),
    )
    if (expected === null) return []
    // what was given back of a module in part pays for a part of its part in a bundle
    const isInPart = paidBefore.some((each) => each.disputed || byHand.has(each.id))
    // and with a coupon that the bundle hasn't, or the other way round, more or less than its price
    const isDiscountedOtherwise = paidBefore.some((each) => isOtherwise(each, line))
    const isBetween =
      amount > (isDiscountedOtherwise ? 0 : Math.min(...expected)) && amount < Math.max(...expected)
    if (
      expected.includes(amount) ||
      (kind === 'bundle' && (isInPart || isDiscountedOtherwise) && isBetween)
    ) {
      rightLines.add(said)
      return []
    }
    return [
      `I-6 a line is its price times its share: ${id} of ${invoice} (${reason}) ${kind} ${reference} ${component} × ${quantity} from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}: ${amount}, not ${expected.join(' or ')}`,
    ]
  })
}

/** Whether discounts took another part of one than of the other; both are rounded. */
const isOtherwise = (one: Line, other: Line): boolean =>
  Math.abs(one.discount * other.amount - other.discount * one.amount) > one.amount + other.amount

/** What was left of each line after every credit note of it by hand, in their order. */
async function readByHand(db: Queryable): Promise<Map<string, number[]>> {
  const { rows } = await db.query<{ line: string; left: number }>(
    `select o.id as line, abs(o.amount_minor) - sum(abs(l.amount_minor)) over (partition by o.id order by i.created_at, l.id) as left
     from invoice_line l join invoice i on i.environment = 1 and i.customer = l.customer and i.id = l.invoice
     join invoice_line o on o.environment = 1 and o.customer = l.customer and o.id = l.credits and o.kind = l.kind
     where l.environment = 1`,
  )
  const found = new Map<string, number[]>()
  for (const { line, left } of rows) found.set(line, [...(found.get(line) ?? []), Number(left)])
  return found
}

/** What is given back is the share of what was charged, less what was credited by hand. By the second, or by the day: both are exact. */
function wrongCredits(
  credits: readonly Line[],
  byId: ReadonlyMap<string, Line>,
  byHand: ReadonlyMap<string, number[]>,
): string[] {
  return credits.flatMap((credit) => {
    const line = byId.get(credit.credits ?? '')
    if (line === undefined) return []
    // of seats that were given up before nothing comes back
    const units =
      line.quantity === credit.quantity ? [1, 1] : [Number(credit.quantity), Number(line.quantity)]
    const [given = 1, all = 1] = units
    const amounts = [line.amount, ...(byHand.get(line.id) ?? [])]
    const moments = [credit.from, credit.to, line.from, line.to]
    const measured = [seconds(moments), ...ZONES.map((zone) => localDays(zone, moments))]
    const expected = amounts.flatMap((amount) =>
      measured.map(([from = 0, to = 0, start = 0, end = 0]) =>
        roundedShare(amount, (to - from) * given, (end - start) * all),
      ),
    )
    const backMinor = Math.abs(credit.amount)
    const isSetOff = line.disputed && backMinor < Math.max(...expected)
    if (isSetOff || expected.includes(backMinor) || line.reference.endsWith('_prorated')) return []
    return [
      `a credit is its share of the line: ${credit.id} of ${credit.invoice}: ${backMinor}, not ${expected.join(' or ')} of ${line.amount}`,
    ]
  })
}

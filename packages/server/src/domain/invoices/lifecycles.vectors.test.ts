import { describe, expect, test } from 'vitest'
import { at } from '../../../test/support/customer-world.ts'
import { beginLife, signed, type Kept, type Life } from '../../../test/support/money-life.ts'
import vectors from '../../../test/vectors/lifecycles.json' with { type: 'json' }
import { SKIPPED } from '../../../test/vectors/skipped.ts'
import { finaliseInvoice } from './finalise.ts'
import { draftCreditNote } from './credit.ts'
import type { CustomerMoney } from '../customers/money.ts'
import { unchanged } from '../customers/state.ts'
import { addLocalDays, DAY_MS } from '../time/index.ts'

interface Phase {
  from: string
  interval?: 'month' | 'year'
  price_minor?: number
  cancelled?: boolean
}

interface Inputs {
  [field: string]: unknown
  price_minor: number
  interval: 'month'
  start: string
  billing_day: number
  target: string
  targets: string[]
  phases: Phase[]
  subscriptions: { id: string; billing_day?: number; phases: (Phase & { billing_day?: number })[] }[]
  trial: { start: string; end: string }
  events: Record<string, string | number>[]
  trial_days: number
  change_at: string
  old: { flat_minor: number; seat_minor: number; seats: number }
  new: { flat_minor: number; seat_minor: number; seats: number }
}

const day = (instant: number) => new Date(instant).toISOString().slice(0, 10)
const onTheLast = (date: string, billingDay: number): number => {
  const [year = 0, month = 0, dayOfMonth = 0] = date.split('-').map(Number)
  return Date.UTC(year, dayOfMonth >= billingDay ? month - 1 : month - 2, billingDay)
}

const policies = { upgrade: 'now', downgrade: 'now', proration: 'day' } as const

/** Of one unit, so that a price of nothing is a price too. */
const priced = (minor: number) => ({ perUnit: { units: String(minor) } })

/** A life with one plan for each price, in both intervals. */
function priceLife(start: string, pricesMinor: number[]): Life {
  const plans = Object.fromEntries(
    pricesMinor.map((minor) => [
      `p${minor}`,
      { prices: { USD: { month: priced(minor), year: priced(minor) } }, policies },
    ]),
  )
  return beginLife(start, { plans })
}

const billed = (documents: readonly Kept[]) => ({
  total_minor: documents.reduce((sum, { invoice }) => sum + signed(invoice), 0),
  lines: documents.reduce((sum, { lines }) => sum + lines.length, 0),
})

/** A phase that begins where a period does takes over there; one within a period takes over at once. */
function liveThrough(phases: Phase[], billingDay: number): Life {
  const [first, ...rest] = phases as [Phase, ...Phase[]]
  const life = priceLife(
    first.from,
    phases.flatMap(({ price_minor: minor }) => minor ?? []),
  )
  const startAt = onTheLast(first.from, billingDay)
  life.subscribe(`p${first.price_minor}`, { startAt, interval: first.interval ?? 'month' })
  for (const { from, price_minor: minor, interval = 'month', cancelled = false } of rest) {
    life.moveTo(addLocalDays(at(from), -1, 'UTC'))
    const when = life.subscription().periodEnd === at(from) ? 'period_end' : 'now'
    if (when === 'now') life.moveTo(from)
    if (cancelled) life.cancel(when, when === 'now')
    else life.change({ plan: `p${minor}`, interval, when })
  }
  return life
}

/** What is on documents and what the balance gains or loses by each, in the order of their time. */
function itemsOf(life: Life) {
  const lines = life.documents().flatMap(({ invoice, lines: own }) =>
    own.map(({ kind, credits, service, amountMinor }) => ({
      start: day(service?.start as number),
      end: day(service?.end as number),
      type: kind === 'credit' || credits !== null ? 'repair' : 'recurring',
      amount_minor: (invoice.kind === 'invoice' ? 1 : -1) * amountMinor,
    })),
  )
  const byDay = new Map<string, number>()
  for (const { invoice } of life.documents()) {
    const gained =
      invoice.kind === 'credit_note'
        ? invoice.totalMinor - invoice.creditedMinor
        : 0 - invoice.creditAppliedMinor
    const date = day(invoice.createdAt)
    byDay.set(date, (byDay.get(date) ?? 0) + gained)
  }
  const balance = [...byDay]
    .filter(([, minor]) => minor !== 0)
    .map(([date, amount_minor]) => ({ start: date, end: date, type: 'account_credit', amount_minor }))
  return { items: [...lines, ...balance] }
}

const inOrder = (items: { start: string; end: string; type: string; amount_minor: number }[]) =>
  items.map((each) => JSON.stringify(Object.entries(each).sort())).sort()

/** A trial, then a paid life. What takes place there at the same customer is an end and a new beginning here. */
function invoiceItems({ trial, price_minor, billing_day, events }: Inputs) {
  const last = events.at(-1) as Record<string, string | number>
  const other = Number(
    events.find((each) => 'change_to_price_minor' in each)?.change_to_price_minor ?? price_minor,
  )
  const life = priceLife(trial.end, [...new Set([price_minor, other])])
  life.subscribe(`p${price_minor}`)
  life.moveTo(trial.end)
  for (const [index, event] of events.entries()) {
    life.moveTo(event.at as string)
    if (event.event === 'pause') life.cancel('now', true)
    if (event.event === 'resume') {
      life.subscribe(`p${price_minor}`, { startAt: onTheLast(event.at as string, billing_day) })
    }
    if ('change_to_price_minor' in event) {
      const anchor = Number(events[index - 1]?.set_billing_day)
      life.cancel('now', true)
      life.subscribe(`p${other}`, { startAt: onTheLast(event.at as string, anchor) })
    }
    if ('block_from' in event) {
      life.cancel('now')
      life.subscribe(`p${price_minor}`, { startAt: at(event.at as string) })
      life.moveTo(event.at as string)
      creditInFull(life)
    }
    life.moveTo(event.at as string)
  }
  const changed = 'change_to_price_minor' in last
  if (changed) life.moveTo(life.subscription().periodEnd)
  return itemsOf(life)
}

/** The first invoice is taken back by hand. */
function creditInFull(life: Life) {
  const { invoice, lines } = life.documents()[0] as Kept
  const { state } = life.world
  const money = state.money as CustomerMoney
  const known = {
    ...money,
    invoices: [...money.invoices, invoice],
    lines: new Map([...money.lines, [invoice.id, lines]]),
  }
  const newId = (prefix: string) => `${prefix}_by_hand`
  const command = { request: { type: 'full' as const }, note: '', metadata: {}, earlier: [] }
  const { change, draft } = draftCreditNote(unchanged({ ...state, money: known }), invoice, command, newId)
  const number = { documentNumber: 'CN-1', series: 'CN', issuedAt: state.now }
  life.save(finaliseInvoice(change, draft, number, newId))
}

function timeline(inputs: Inputs) {
  if (inputs.trial_days !== undefined) return throughTrial(inputs)
  if (inputs.change_at !== undefined) return downgraded(inputs)
  const life = priceLife(inputs.start, [inputs.price_minor])
  life.subscribe(`p${inputs.price_minor}`)
  life.moveTo(at(inputs.start) + 60 * DAY_MS)
  return {
    invoices: life
      .documents()
      .map(({ invoice }) => ({ at: day(invoice.createdAt), total_minor: invoice.totalMinor })),
    next: day(life.subscription().periodEnd),
  }
}

function throughTrial({ trial_days, price_minor }: Inputs) {
  const trial = { days: trial_days, onEnd: 'activate' as const }
  const life = beginLife('2024-01-01', {
    plans: { paid: { prices: { USD: { month: price_minor } }, trial } },
  })
  life.subscribe('paid')
  const during = life.subscription().status
  expect(life.documents()).toEqual([])
  life.moveTo(life.subscription().periodEnd)
  const words: Record<string, string> = { trialing: 'trial_active' }
  return {
    during: words[during] ?? during,
    after: life.subscription().status,
    invoice_at_trial_end_minor: life.last().invoice.totalMinor,
  }
}

function downgraded(inputs: Inputs) {
  const sold = ({ flat_minor, seat_minor }: Inputs['old']) => ({
    prices: { USD: { month: { amountMinor: flat_minor, perUnit: { seats: String(seat_minor) } } } },
    policies,
  })
  const life = beginLife(inputs.start, { plans: { old: sold(inputs.old), new: sold(inputs.new) } })
  life.subscribe('old', { quantities: { seats: inputs.old.seats } })
  life.moveTo(inputs.change_at)
  life.change({ plan: 'new', quantities: { seats: inputs.new.seats } })
  life.moveTo(inputs.change_at)
  const [first, second] = life.documents() as [Kept, Kept]
  return {
    invoices: [
      { at: day(first.invoice.createdAt), total_minor: signed(first.invoice) },
      {
        at: day(second.invoice.createdAt),
        total_minor: signed(second.invoice),
        amount_due_minor: 0,
        status: second.invoice.status,
      },
    ],
    customer_balance_minor: life.balance('USD'),
  }
}

function singleInvoice(inputs: Inputs) {
  const [start, prices] =
    inputs.phases === undefined
      ? [inputs.start, [inputs.price_minor]]
      : [inputs.phases[0]?.from as string, []]
  const phases = inputs.phases ?? [{ from: start, price_minor: prices[0] }]
  const life = liveThrough(phases as Phase[], inputs.billing_day)
  if (inputs.targets === undefined) {
    life.moveTo(inputs.target)
    return billed(life.documents())
  }
  let known = 0
  const invoices = inputs.targets.map((target) => {
    life.moveTo(target)
    const fresh = life.documents().slice(known)
    known += fresh.length
    return fresh.length === 0 ? { target, none: true } : { target, total_minor: billed(fresh).total_minor }
  })
  return { invoices }
}

/** Each subscription is a customer of its own, because a customer has one; what falls on one day is one invoice there. */
function severalSubscriptions({ subscriptions }: Inputs, until: string) {
  const documents = subscriptions.flatMap(({ billing_day: own, phases }) => {
    const life = liveThrough(phases, own ?? (phases[0]?.billing_day as number))
    life.moveTo(until)
    return life.documents()
  })
  const dates = [...new Set(documents.map(({ invoice }) => day(invoice.createdAt)))].sort()
  return {
    invoices: dates.map((date) => ({
      at: date,
      ...billed(documents.filter(({ invoice }) => day(invoice.createdAt) === date)),
    })),
  }
}

const adapters: Record<string, (inputs: Inputs, expected: { invoices: { at: string }[] }) => unknown> = {
  multi_subscription_invoices: (inputs, { invoices }) =>
    severalSubscriptions(inputs, invoices.at(-1)?.at as string),
  single_invoice: singleInvoice,
  invoice_items: invoiceItems,
  timeline,
}

describe('lifecycle vectors', () => {
  const run = vectors.cases.filter(({ id }) => !(id in SKIPPED))

  test.each(run.map((one) => [one.id, one] as const))('%s', (_, { kind, inputs, expected }) => {
    const adapter = adapters[kind]
    if (adapter === undefined) throw new Error(`no adapter for the kind ${kind}`)
    const answer = adapter(inputs as unknown as Inputs, expected as never)
    const items = (each: unknown) => inOrder((each as ReturnType<typeof itemsOf>).items)
    if (kind === 'invoice_items') expect(items(answer)).toEqual(items(expected))
    else expect(answer).toEqual(expected)
  })
})

import type { OperationContext } from '../../context.ts'
import { replaceInvoice, type CustomerMoney, type UnbilledUsage } from '../../domain/customers/money.ts'
import { liveSubscription, type CustomerState } from '../../domain/customers/state.ts'
import { bill } from '../../domain/invoices/bill.ts'
import { COUNTS_FOR_MINIMUM } from '../../domain/invoices/closing-lines.ts'
import type { Invoice, InvoiceLine, LineDraft } from '../../domain/invoices/model.ts'
import { addMinor } from '../../domain/money/index.ts'
import { toIso, type Instant } from '../../domain/time/index.ts'
import { Refusal, type RefusedFigures } from '../../refusal.ts'
import { planDue } from '../../domain/subscriptions/due.ts'
import type { Subscription } from '../../domain/subscriptions/model.ts'
import { loadChargedInAdvance } from '../../store/unbilled-usage.ts'
import { idsOf, planCustomer, type Decide, type Decision } from '../customers/command.ts'
import { isPreviewedTotals, makePreviewToken, readPreviewToken, stateVersion } from './token.ts'

export interface Preview {
  state: CustomerState
  effectiveAt: number
  stateVersion: string
  previewToken: string
  /** What would be due now; null when nothing is. */
  document: (PreviewedDocument & { creditMinor: number }) | null
  /** What the currency before would still charge, beside it. */
  otherCurrency: PreviewedDocument | null
  /** What would be added to the next invoice; of what is charged later alone, all of that invoice. */
  nextInvoice: (LineDraft & { currency: string })[]
  /** Of what is charged later alone: by what is known now, as if nothing were used. */
  next: { at: Instant; currency: string; totalMinor: number } | null
}

/** The very decision of the change, reconciled and not saved. */
export async function previewChange(
  ctx: OperationContext,
  customer: string | number,
  request: unknown,
  decide: Decide,
): Promise<Preview> {
  let decided = null as { state: CustomerState; decision: Decision } | null
  const plan = await planCustomer(ctx, customer, async (state) => {
    const decision = await decide(state)
    decided = { state, decision }
    return decision
  })
  const { state, decision } = decided as unknown as NonNullable<typeof decided>
  const money = plan.after.money as CustomerMoney
  const [document = null, otherCurrency = null] = dueOf(plan.after)
  const known = new Set((state.money as CustomerMoney).items.map(({ id }) => id))
  const later = (await planBeside(ctx, customer, decision)) ?? (await planLater(ctx, state, plan.after))
  const added = money.items.filter(({ id, invoice }) => !known.has(id) && invoice === null)
  return {
    state: plan.after,
    effectiveAt: state.now,
    stateVersion: stateVersion(state),
    previewToken: makePreviewToken(ctx, state, request, totalsOf(plan.after)),
    document: document && {
      ...document,
      creditMinor: creditMinorOf(document.invoice, money, state.money as CustomerMoney),
    },
    otherCurrency,
    nextInvoice: later?.lines ?? added.map(({ line, currency }) => ({ ...line, currency })),
    next: later,
  }
}

type Later = NonNullable<Preview['next']> & { lines: Preview['nextInvoice'] }

/** What is charged beside an order, once that is paid: what the period that it ends charges afterwards. */
async function planBeside(
  ctx: OperationContext,
  customer: string | number,
  decision: Decision,
): Promise<Later | null> {
  const money = decision.state.money as CustomerMoney
  const order = money.documents.find(({ invoice }) => invoice.collection === 'prepaid')?.invoice
  const draft = money.invoices.find(({ id, status }) => id === order?.id && status === 'draft')
  if (draft === undefined) return null
  const paid = replaceInvoice(money, { ...draft, status: 'paid' })
  const { after } = await planCustomer(ctx, customer, () => ({
    ...decision,
    state: { ...decision.state, money: paid },
  }))
  const { documents, ...rest } = after.money as CustomerMoney
  const beside = documents.filter(({ invoice }) => invoice.id !== draft.id)
  const made = dueOf({ ...after, money: { ...rest, documents: beside } })
  return made.length === 0 ? null : laterOf(made, after.now)
}

function laterOf(made: PreviewedDocument[], at: Instant): Later {
  const [{ invoice }] = made as [PreviewedDocument]
  return {
    at,
    currency: invoice.currency,
    totalMinor: signed(invoice, invoice.totalMinor),
    lines: made.flatMap((each) => each.lines.map((line) => ({ ...line, currency: each.invoice.currency }))),
  }
}

/**
 * The invoice of the moment that a change or a beginning waits for, as it would be were nothing used; null where nothing
 * waits.
 */
async function planLater(
  ctx: OperationContext,
  before: CustomerState,
  after: CustomerState,
): Promise<Later | null> {
  const live = liveSubscription(after)
  const at = live === null ? null : chargedAt(live, liveSubscription(before))
  if (live === null || at === null) return null
  const newId = idsOf(ctx)
  const advance = [
    ...(await loadChargedInAdvance(ctx.tx, after.environment, after.customer.id, live)),
    ...chargedNow(after.money as CustomerMoney),
  ]
  const unbilled = { overage: [], windows: [], advance, late: [], discounted: [] }
  let state: CustomerState = {
    ...after,
    money: { ...(after.money as CustomerMoney), documents: [], unbilled },
  }
  for (let due = planDue(state, at); due !== null; due = planDue(state, at)) {
    state = bill(state, due, { at: due.state.now, newId }).state
  }
  const made = dueOf(state)
  if (made.length > 0) return laterOf(made, at)
  if (live.scheduledChange === null) return null
  return { at, currency: live.scheduledChange.currency, totalMinor: 0, lines: [] }
}

/** What the change itself charges in advance, and gives back. */
function chargedNow({ documents }: CustomerMoney): UnbilledUsage['advance'] {
  return documents.flatMap(({ invoice, lines }) =>
    lines.flatMap(({ kind, amountMinor, service }) =>
      service !== null && COUNTS_FOR_MINIMUM.has(kind)
        ? { amountMinor: signed(invoice, amountMinor), service }
        : [],
    ),
  )
}

/** When what was decided is charged: of a change that was scheduled, and of what begins later or with a trial. */
function chargedAt(
  { status, startAt, trialEndAt, plan, scheduledChange }: Subscription,
  before: Subscription | null,
): Instant | null {
  if (status === 'scheduled' || status === 'trialing') {
    if (trialEndAt === null) return startAt
    return plan.trial?.onEnd === 'activate' ? trialEndAt : null
  }
  return scheduledChange === before?.scheduledChange ? null : (scheduledChange?.at ?? null)
}

type Figures = Pick<
  Invoice,
  'kind' | 'currency' | 'subtotalMinor' | 'discountMinor' | 'taxMinor' | 'totalMinor'
>

interface PreviewedDocument {
  invoice: Figures
  lines: InvoiceLine[]
}

/** What the balance pays: of an order all of it, or nothing. */
function creditMinorOf(
  { kind, currency, totalMinor }: Figures,
  { documents }: CustomerMoney,
  { balances }: CustomerMoney,
): number {
  const available = kind === 'credit_note' ? 0 : Math.min(totalMinor, balances[currency] ?? 0)
  const isOrder = documents.some(({ invoice }) => invoice.collection === 'prepaid')
  return isOrder && available < totalMinor ? 0 : available
}

/** What was made, by currency: that of the subscription first. */
function dueOf(state: CustomerState): PreviewedDocument[] {
  const { documents } = state.money as CustomerMoney
  const own = liveSubscription(state)?.currency
  const currencies = [...new Set(documents.map(({ invoice }) => invoice.currency))]
  return currencies
    .toSorted((left, right) => Number(right === own) - Number(left === own))
    .map((currency) => addUp(documents.filter(({ invoice }) => invoice.currency === currency)))
}

const signed = ({ kind }: Pick<Invoice, 'kind'>, minor: number) => (kind === 'invoice' ? minor : 0 - minor)

/** Modules may have a document of their own beside the plan's: what is agreed to is both. */
function addUp(documents: CustomerMoney['documents']): PreviewedDocument {
  const [first, ...others] = documents as [CustomerMoney['documents'][number]]
  if (others.length === 0) return { ...first, lines: [...first.lines] }
  const sum = (figure: 'subtotalMinor' | 'discountMinor' | 'taxMinor' | 'totalMinor') =>
    documents.reduce((total, { invoice }) => addMinor(total, signed(invoice, invoice[figure])), 0)
  const isCredit = sum('totalMinor') < 0
  const told = (minor: number) => (isCredit ? 0 - minor : minor)
  return {
    invoice: {
      kind: isCredit ? 'credit_note' : 'invoice',
      currency: first.invoice.currency,
      subtotalMinor: told(sum('subtotalMinor')),
      discountMinor: told(sum('discountMinor')),
      taxMinor: told(sum('taxMinor')),
      totalMinor: told(sum('totalMinor')),
    },
    lines: documents.flatMap(({ lines }) => [...lines]),
  }
}

/**
 * A change that was agreed on in a preview: decided and billed as of its moment.
 *
 * @throws Refusal `preview_token_invalid`; `preview_changed` with the new figures where the state has moved
 */
export function asPreviewed(
  ctx: OperationContext,
  agreed: { token: string | undefined; request: unknown; totalMinor?: number | undefined },
  decide: Decide,
): Decide {
  return async (state) => {
    if (agreed.token === undefined) return decide(state)
    const at = readPreviewToken(ctx, state, agreed.token, agreed.request)
    if (at === null) throw await changedSince(ctx, state, agreed.request, decide)
    const decision = await decide({ ...state, now: at })
    return { ...decision, state: { ...decision.state, now: state.now }, billAt: at } satisfies Decision
  }
}

async function changedSince(
  ctx: OperationContext,
  state: CustomerState,
  request: unknown,
  decide: Decide,
): Promise<Refusal> {
  const { document } = await previewChange(ctx, state.customer.id, request, decide)
  return previewChanged(state, document)
}

function previewChanged(state: CustomerState, due: PreviewedDocument | null): Refusal {
  const actual = figuresOf(state, due)
  const values = { total: actual.totalMinor, currency: actual.currency, at: toIso(state.now) }
  return new Refusal('preview_changed', { param: 'previewToken', values, figures: { actual } })
}

function figuresOf({ customer }: CustomerState, due: PreviewedDocument | null): RefusedFigures['actual'] {
  const of = (figure: 'subtotalMinor' | 'discountMinor' | 'taxMinor' | 'totalMinor') =>
    due === null ? 0 : signed(due.invoice, due.invoice[figure])
  return {
    currency: due?.invoice.currency ?? customer.currency ?? '',
    subtotalMinor: of('subtotalMinor'),
    discountMinor: of('discountMinor'),
    taxMinor: of('taxMinor'),
    totalMinor: of('totalMinor'),
  }
}

/** What the caller has agreed to: the token of a preview, or a total to compare. */
export interface Agreed {
  previewToken?: string | undefined
  totalMinor?: number | undefined
}

/**
 * Use moves no version, and is charged where a change begins another period: the totals themselves are compared, of the
 * preview in each currency.
 *
 * @param state after the change
 * @throws Refusal `total_mismatch` with both figures, `preview_changed` where it is not what the preview came to
 */
export function requireAgreed(ctx: OperationContext, state: CustomerState, agreed: Agreed): void {
  const [due = null] = dueOf(state)
  const actual = figuresOf(state, due)
  const { totalMinor: total } = actual
  const { totalMinor = total, previewToken } = agreed
  if (totalMinor !== total) throw totalMismatch(totalMinor, actual)
  if (previewToken === undefined || isPreviewedTotals(ctx, previewToken, totalsOf(state))) return
  throw previewChanged(state, due)
}

/** @param sent what the caller has shown the customer */
export function totalMismatch(sent: number, actual: RefusedFigures['actual']): Refusal {
  return new Refusal('total_mismatch', {
    param: 'totalMinor',
    values: { sent, total: actual.totalMinor },
    figures: { expected: { totalMinor: sent }, actual },
  })
}

/** Currency → what is due in it. */
function totalsOf(state: CustomerState): Record<string, number> {
  const due = dueOf(state).map(({ invoice }) => [invoice.currency, signed(invoice, invoice.totalMinor)])
  return Object.fromEntries(due)
}

import type { OperationContext } from '../../context.ts'
import type { CustomerMoney } from '../../domain/customers/money.ts'
import { liveSubscription, type CustomerState } from '../../domain/customers/state.ts'
import { bill } from '../../domain/invoices/bill.ts'
import type { NewId } from '../../domain/invoices/documents.ts'
import type { Invoice, InvoiceLine, LineDraft } from '../../domain/invoices/model.ts'
import { addMinor } from '../../domain/money/index.ts'
import { toIso, type Instant } from '../../domain/time/index.ts'
import { Refusal } from '../../refusal.ts'
import { planDue } from '../../domain/subscriptions/due.ts'
import { idsOf, planCustomer, type Decide, type Decision } from '../customers/command.ts'
import { makePreviewToken, previewedTotal, readPreviewToken, stateVersion } from './token.ts'

export interface Preview {
  state: CustomerState
  effectiveAt: number
  stateVersion: string
  previewToken: string
  /** What would be due now, on all documents together; null when nothing is. */
  document: { invoice: Figures; lines: InvoiceLine[]; creditMinor: number } | null
  /** What would be added to the next invoice; of a change that waits for the end of the period, all of that invoice. */
  nextInvoice: LineDraft[]
  /** Of a change that waits for the end of the period: by what is known now, without use to come. */
  next: { at: Instant; totalMinor: number } | null
}

/** The very decision of the change, reconciled and not saved. */
export async function previewChange(
  ctx: OperationContext,
  customer: string | number,
  request: unknown,
  decide: Decide,
): Promise<Preview> {
  let before = null as CustomerState | null
  const plan = await planCustomer(ctx, customer, (state) => {
    before = state
    return decide(state)
  })
  const state = before as unknown as CustomerState
  const money = plan.after.money as CustomerMoney
  const made = addUp(money.documents)
  const known = new Set((state.money as CustomerMoney).items.map(({ id }) => id))
  const waits = planPeriodEnd(state, plan.after, idsOf(ctx))
  return {
    state: plan.after,
    effectiveAt: state.now,
    stateVersion: stateVersion(state),
    previewToken: makePreviewToken(ctx, state, request, totalOf(plan.after)),
    document:
      made === undefined
        ? null
        : { ...made, creditMinor: creditMinorOf(made.invoice, money, state.money as CustomerMoney) },
    nextInvoice:
      waits?.lines ??
      money.items.filter(({ id, invoice }) => !known.has(id) && invoice === null).map(({ line }) => line),
    next: waits,
  }
}

const NO_USE = { overage: [], windows: [], advance: [], late: [] }

/** The end of the period as it would be now, for a change that was scheduled; null where none was. */
function planPeriodEnd(
  before: CustomerState,
  after: CustomerState,
  newId: NewId,
): { at: Instant; totalMinor: number; lines: InvoiceLine[] } | null {
  const scheduled = liveSubscription(after)?.scheduledChange ?? null
  if (scheduled === null || scheduled === liveSubscription(before)?.scheduledChange) return null
  const { at } = scheduled
  const money = { ...(after.money as CustomerMoney), documents: [], unbilled: NO_USE }
  let state: CustomerState = { ...after, money }
  for (let due = planDue(state, at); due !== null; due = planDue(state, at)) {
    state = bill(state, due, { at: due.state.now, newId }).state
  }
  const made = addUp((state.money as CustomerMoney).documents)
  const sign = made?.invoice.kind === 'credit_note' ? -1 : 1
  return { at, totalMinor: sign * (made?.invoice.totalMinor ?? 0), lines: made?.lines ?? [] }
}

type Figures = Pick<
  Invoice,
  'kind' | 'currency' | 'subtotalMinor' | 'discountMinor' | 'taxMinor' | 'totalMinor'
>

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

/** Modules may have a document of their own beside the plan's: what is agreed to is both. */
function addUp(
  documents: CustomerMoney['documents'],
): { invoice: Figures; lines: InvoiceLine[] } | undefined {
  const [first, ...others] = documents
  if (first === undefined || others.length === 0) return first && { ...first, lines: [...first.lines] }
  const signed = ({ kind }: Invoice, minor: number) => (kind === 'invoice' ? minor : 0 - minor)
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
  const total = document?.invoice.totalMinor ?? 0
  const currency = document?.invoice.currency ?? state.customer.currency ?? ''
  return new Refusal('preview_changed', {
    param: 'previewToken',
    values: { total, currency, at: toIso(state.now) },
  })
}

/** What the caller has agreed to: the token of a preview, or a total to compare. */
export interface Agreed {
  previewToken?: string | undefined
  totalMinor?: number | undefined
}

/**
 * Use moves no version, and is charged where a change begins another period: the total itself is compared.
 *
 * @param state after the change
 * @throws Refusal `total_mismatch` with both figures, `preview_changed` where it is not what the preview came to
 */
export function requireAgreed(ctx: OperationContext, state: CustomerState, agreed: Agreed): void {
  const total = totalOf(state)
  const { totalMinor = total, previewToken } = agreed
  if (totalMinor !== total) {
    throw new Refusal('total_mismatch', { param: 'totalMinor', values: { sent: totalMinor, total } })
  }
  if (previewToken === undefined || previewedTotal(ctx, previewToken) === total) return
  const currency = state.money?.documents[0]?.invoice.currency ?? state.customer.currency ?? ''
  throw new Refusal('preview_changed', {
    param: 'previewToken',
    values: { total, currency, at: toIso(state.now) },
  })
}

function totalOf({ money }: CustomerState): number {
  return (money?.documents ?? []).reduce(
    (sum, { invoice }) => sum + (invoice.kind === 'invoice' ? invoice.totalMinor : -invoice.totalMinor),
    0,
  )
}

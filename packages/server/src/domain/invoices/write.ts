/**
 * What the operator writes: single invoices, and items for the next one.
 *
 * Owns: from what was written to lines. Does not own: figures (`compose.ts`), finalising. What is written is charged as it
 * stands: no coupon takes anything off.
 */
import { Big } from 'big.js'
import { Refusal } from '../../refusal.ts'
import { refuseState } from './refuse-state.ts'
import type { CustomerMoney } from '../customers/money.ts'
import { unchanged, type CustomerChange, type CustomerState } from '../customers/state.ts'
import { LARGEST_LINE_MINOR, requireCurrency, roundMinor } from '../money/index.ts'
import { END_OF_TIME, type Span } from '../time/index.ts'
import { addDocument, type NewId } from './documents.ts'
import type { Invoice, LineDraft, PendingItem } from './model.ts'
import { policiesOf } from './policies.ts'
import { isDisputed, takeAlong } from './waiting-lines.ts'

export interface WrittenLine {
  description: string
  /** Decimal. */
  quantity: string
  /** Decimal price of one in minor units; below zero it gives back. */
  unitMinor: string
  taxCategory: string
  taxInclusive: boolean
  service: Span | null
}

export interface WriteInvoice {
  currency: string
  lines: WrittenLine[]
  /** What waits in this currency goes along. */
  takesPending: boolean
  /** null: as the policies say. */
  collection: 'automatic' | 'send' | null
  dueDays: number | null
  note: string
  metadata: Record<string, unknown>
}

/**
 * A draft that stays one until somebody finalises it.
 *
 * @throws Refusal `currency_unknown`; `amount_invalid` where it comes to less than nothing; `invalid_request` for no line
 */
export function writeInvoice(
  state: CustomerState,
  command: WriteInvoice,
  newId: NewId,
): { change: CustomerChange; draft: Invoice } {
  requireCurrency(command.currency)
  const money = state.money as CustomerMoney
  const isOwn = (item: PendingItem) =>
    item.invoice === null && item.currency === command.currency && !isDisputed(item)
  const waiting = takeAlong(command.takesPending ? money.items.filter(isOwn) : [], false)
  const lines = [...command.lines.map(lineOf), ...waiting.lines]
  const collection =
    command.collection ?? policiesOf(state, { subscription: null, reason: 'one_off' }).collection
  const change = addDocument(
    unchanged(state),
    {
      lines,
      reason: 'one_off',
      subscription: null,
      period: null,
      currency: command.currency,
      items: waiting.items,
      collection,
      dueDays: command.dueDays,
      finaliseAt: END_OF_TIME,
      note: command.note,
      metadata: command.metadata,
    },
    { at: state.now, newId },
  )
  const draft = change.state.money?.invoices.find((each) => !money.invoices.includes(each))
  if (draft === undefined) throw new Refusal('invalid_request', { param: 'lines', errors: [NO_LINE] })
  if (draft.kind === 'credit_note')
    throw new Refusal('amount_invalid', { param: 'lines', values: { why: 'lines_below_zero' } })
  return { change, draft }
}

const NO_LINE = { param: 'lines', message: 'Write at least one line: nothing waits to be billed.' }

/** Waits for the next invoice in its currency. @throws Refusal `currency_unknown` */
export function writeItem(
  state: CustomerState,
  command: { currency: string; line: WrittenLine },
  newId: NewId,
): { change: CustomerChange; item: PendingItem } {
  requireCurrency(command.currency)
  const money = state.money as CustomerMoney
  const item: PendingItem = {
    id: newId('itm'),
    subscription: null,
    currency: command.currency,
    line: lineOf(command.line),
    createdAt: state.now,
    invoice: null,
  }
  return {
    change: { state: { ...state, money: { ...money, items: [...money.items, item] } }, events: [] },
    item,
  }
}

/**
 * The state without a draft. What it billed waits again for the next invoice.
 *
 * @throws Refusal `invoice_state` for what is no draft, or is a period's: that is owed
 */
export function deleteDraft(state: CustomerState, draft: Invoice): CustomerChange {
  const money = state.money as CustomerMoney
  if (draft.status !== 'draft' || draft.reason !== 'one_off') {
    throw refuseState(draft)
  }
  const invoices = money.invoices.filter(({ id }) => id !== draft.id)
  return { state: { ...state, money: { ...money, invoices } }, events: [] }
}

function lineOf(written: WrittenLine): LineDraft {
  const { description, quantity, unitMinor, taxCategory, taxInclusive, service } = written
  const exactMinor = new Big(quantity).times(unitMinor)
  if (exactMinor.abs().gt(LARGEST_LINE_MINOR)) {
    const message = 'So many cost more than an invoice can hold.'
    throw new Refusal('invalid_request', { param: 'quantity', errors: [{ param: 'quantity', message }] })
  }
  return {
    kind: 'item',
    reference: '',
    component: '',
    description,
    quantity,
    unitMinor,
    amountMinor: roundMinor(exactMinor),
    taxInclusive,
    taxCategory,
    service,
    credits: null,
    undiscounted: true,
  }
}

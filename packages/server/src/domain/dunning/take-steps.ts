import { replaceInvoice, type CustomerMoney } from '../customers/money.ts'
import { liveSubscription, type CustomerChange } from '../customers/state.ts'
import type { DomainEvent } from '../events.ts'
import { invoiceEvent, type NewId } from '../invoices/documents.ts'
import { amountDueMinor, type Invoice } from '../invoices/model.ts'
import { policiesOf } from '../invoices/policies.ts'
import { attemptInFlight, startCollecting } from '../payments/collect.ts'
import { end, pause } from '../subscriptions/lifecycle.ts'
import { toIso, type Instant } from '../time/index.ts'
import { decideDunning, type DunningDecision } from './decide.ts'
import { isNegligible } from './negligible.ts'
import { suspensionAt } from './schedule.ts'
import { switchModulesOff, type ModuleVersions } from './modules.ts'
import { reviseStanding } from './standing.ts'

/**
 * Takes the steps of one invoice that are due. Nothing while a payment is in flight: its outcome comes first; and nothing
 * more for what the policy says is negligible.
 */
export function takeDunningSteps(
  change: CustomerChange,
  invoice: Invoice,
  tools: { newId: NewId; versions: ModuleVersions },
): CustomerChange {
  const { state } = change
  const money = state.money as CustomerMoney
  if (invoice.status !== 'open' || attemptInFlight(money, invoice.id) !== null) return change
  const { dunning, failure } = policiesOf(state, invoice)
  if (isNegligible(failure, invoice)) {
    if (invoice.dunningAt === null) return change
    const left: Invoice = { ...invoice, dunningAt: null }
    return { ...change, state: { ...state, money: replaceInvoice(money, left) } }
  }
  const { timeZone } = state.catalog.operator
  const running = liveSubscription(state)
  const periodEnd = running?.number === invoice.subscription ? running?.periodEnd : undefined
  const decision = decideDunning(dunning, invoice, state.now, timeZone, periodEnd)
  if (decision === null) return change
  const { dunningStep, dunningLetter, dunningAt } = decision
  const stepped: Invoice = { ...invoice, dunningStep, dunningLetter, dunningAt }
  const planned = suspensionAt(dunning, stepped, timeZone)
  // what was held up comes with a later run, and no sooner
  const suspendedAt = planned === null ? null : Math.max(planned, dunningAt ?? planned)
  let next: CustomerChange = {
    ...change,
    state: { ...state, money: replaceInvoice(money, stepped) },
    events: [
      ...change.events,
      ...told(stepped, decision, { stepBefore: invoice.dunningStep, at: state.now, suspendedAt }),
    ],
  }
  next = reviseStanding(next, tools.versions)
  for (const { action } of decision.actions) {
    const live = liveSubscription(next.state)
    if (action === 'retry' && stepped.collection === 'automatic')
      next = startCollecting(next, stepped, 'automatic', tools.newId)
    if (live === null || live.number !== invoice.subscription) continue
    if (action === 'pause' && live.status === 'active')
      next = followedBy(next, pause(next.state, live, null, true))
    if (action === 'modules_off') next = switchModulesOff(next, false)
    if (action === 'cancel') next = followedBy(next, end(next.state, live, 'cancel', 'not_paid'))
  }
  return next
}

function followedBy(change: CustomerChange, { state, events }: CustomerChange): CustomerChange {
  return { ...change, state, events: [...change.events, ...events] }
}

function told(
  invoice: Invoice,
  { letter, actions }: DunningDecision,
  { stepBefore, at, suspendedAt }: { stepBefore: number; at: Instant; suspendedAt: Instant | null },
): DomainEvent[] {
  const amountDue = { amountDueMinor: amountDueMinor(invoice) }
  const events: DomainEvent[] = []
  if (stepBefore === -1 && invoice.dunningStep > -1) {
    events.push(invoiceEvent('invoice.overdue', invoice, at, amountDue))
  }
  if (letter !== null) {
    const warned = letter.letter === 'warning' && suspendedAt !== null
    const more = {
      ...amountDue,
      letter: letter.letter,
      afterDays: letter.afterDays,
      ...(warned ? { suspensionAt: toIso(suspendedAt) } : {}),
    }
    events.push({ ...invoiceEvent('invoice.overdue', invoice, at, more), type: 'dunning.letter' })
  }
  for (const { action, afterDays } of actions) {
    const more = { ...amountDue, action, afterDays }
    events.push({ ...invoiceEvent('invoice.overdue', invoice, at, more), type: 'dunning.step_taken' })
  }
  return events
}

/**
 * The world outside: who really got money, as the payment provider's own books tell it.
 *
 * Owns: reading those books bit by bit, ordering faults, playing the payer. Does not own: what the engine thinks of it.
 */
import type { Clock } from '../../src/clock.ts'
import { startSimulator } from '../../src/providers/payments/simulator/start-simulator.ts'
import { readAmount } from '../../src/providers/payments/simulator/amounts.ts'
import { controller } from '../providers/simulator-world.ts'

export interface OutsidePayment {
  /** The attempt that asked for it. */
  charge: string
  transaction: string
  currency: string
  amountMinor: number
  feeMinor: number
}

export interface OutsideRefund {
  key: string
  transaction: string
  currency: string
  amountMinor: number
  status: string
}

export interface Outside {
  readonly url: string
  readonly key: string
  readonly payments: ReadonlyMap<string, OutsidePayment>
  /** By key; as last heard. */
  readonly refunds: ReadonlyMap<string, OutsideRefund>
  /** What the bank took back, by dispute; as last heard. */
  readonly disputes: ReadonlyMap<string, OutsideDispute>
  /** Charges that somebody acted on who pays more than once of own will. */
  readonly paidByHand: ReadonlySet<string>
  /** Reads what is new in the books. */
  read(): Promise<void>
  control(method: string, path: string, body?: object): Promise<Record<string, unknown>>
  /** What the payer does about a prompt. */
  payer(charge: string, act: PayerAct): Promise<void>
  /** A payer wants a payment back through the bank. */
  dispute(transaction: string): Promise<void>
  /** Enters a card at the provider's page. @returns where the payer goes on */
  enter(url: string, instrument: string): Promise<string | null>
  stop(): Promise<void>
}

export interface OutsideDispute {
  transaction: string
  currency: string
  withdrawnMinor: number
}

export type PayerAct = { action: 'pay' | 'pay_twice' | 'refuse' } | { action: 'pay_part'; amount: string }

interface WireEvent {
  type: string
  data: Record<string, string>
}

export async function openOutside(clock: Clock, account: string): Promise<Outside> {
  const simulator = await startSimulator({ journal: null, port: 0, clock })
  // the engine adds its environment's name
  const control = controller(simulator.url, `${account}_test`)
  const look = lookPatiently(simulator.url, `${account}_test`)
  const payments = new Map<string, OutsidePayment>()
  const refunds = new Map<string, OutsideRefund>()
  const disputes = new Map<string, OutsideDispute>()
  const paidByHand = new Set<string>()
  let cursor = '0'
  const note = ({ type, data }: WireEvent) => {
    const amountOf = (text: string | undefined) => readAmount(text ?? '0', data.currency ?? '') ?? 0
    if (type === 'payment.received') {
      const { charge = '', transaction = '', currency = '' } = data
      const money = { amountMinor: amountOf(data.amount), feeMinor: amountOf(data.fee) }
      payments.set(transaction, { charge, transaction, currency, ...money })
    }
    if (type.startsWith('refund.')) {
      const { key = '', transaction = '', currency = '', status = '' } = data
      refunds.set(key, { key, transaction, currency, status, amountMinor: amountOf(data.amount) })
    }
    if (type === 'dispute.updated') {
      const { id = '', transaction = '', currency = '' } = data
      disputes.set(id, { transaction, currency, withdrawnMinor: amountOf(data.withdrawn) })
    }
  }
  return {
    url: simulator.url,
    key: account,
    payments,
    refunds,
    disputes,
    paidByHand,
    control,
    async read() {
      for (;;) {
        const { events, after } = await look(`/events?after=${cursor}`)
        for (const event of events) note(event)
        cursor = after
        if (events.length === 0) return
      }
    },
    async payer(charge, act) {
      paidByHand.add(charge)
      await control('POST', `/control/charges/${charge}`, act)
    },
    async dispute(transaction) {
      // once for each payment
      if ([...disputes.values()].some((each) => each.transaction === transaction)) return
      await control('POST', '/control/disputes', { transaction })
    },
    async enter(url, instrument) {
      const body = new URLSearchParams({ action: 'attach', instrument })
      const answer = await fetch(url, { method: 'POST', redirect: 'manual', body })
      return answer.headers.get('location')
    },
    stop: () => simulator.stop(),
  }
}

interface Page {
  events: WireEvent[]
  after: string
}

const MOST_LOOKS = 20
const ANSWER_MS = 2_000

/** A fault that was ordered for the engine may hit us: no answer, or none that says anything. */
function lookPatiently(url: string, account: string): (path: string) => Promise<Page> {
  return async (path) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await fetch(url + path, {
          headers: { authorization: `Bearer ${account}`, connection: 'close' },
          signal: AbortSignal.timeout(ANSWER_MS),
        })
        if (response.status === 200) return (await response.json()) as Page
        if (attempt >= MOST_LOOKS) throw new Error(`GET ${path}: ${response.status}`)
      } catch (error) {
        if (attempt >= MOST_LOOKS) throw error
      }
    }
  }
}

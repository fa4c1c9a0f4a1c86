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
  /** Charges that the payer paid more than once, of own will. */
  readonly paidTwice: ReadonlySet<string>
  /** Reads what is new in the books. */
  read(): Promise<void>
  control(method: string, path: string, body?: object): Promise<Record<string, unknown>>
  /** What the payer does about a prompt. */
  payer(charge: string, action: 'pay' | 'pay_twice' | 'refuse'): Promise<void>
  stop(): Promise<void>
}

interface WireEvent {
  type: string
  data: Record<string, string>
}

export async function openOutside(clock: Clock, account: string): Promise<Outside> {
  const simulator = await startSimulator({ journal: null, port: 0, clock })
  // the engine adds its environment's name
  const controlOnce = controller(simulator.url, `${account}_test`)
  // a fault that was ordered for the engine may hit us
  const control: typeof controlOnce = async (...request) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await controlOnce(...request)
      } catch (error) {
        if (attempt >= 5) throw error
      }
    }
  }
  const payments = new Map<string, OutsidePayment>()
  const refunds = new Map<string, OutsideRefund>()
  const paidTwice = new Set<string>()
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
  }
  return {
    url: simulator.url,
    key: account,
    payments,
    refunds,
    paidTwice,
    control,
    async read() {
      for (;;) {
        const page = await control('GET', `/events?after=${cursor}`)
        const events = page.events as WireEvent[]
        for (const event of events) note(event)
        cursor = page.after as string
        if (events.length === 0) return
      }
    },
    async payer(charge, action) {
      const { status } = await control('GET', `/charges/${charge}`)
      if (status !== 'pending' && status !== 'action_needed') return
      if (action === 'pay_twice') paidTwice.add(charge)
      await control('POST', `/control/charges/${charge}`, { action })
    },
    stop: () => simulator.stop(),
  }
}

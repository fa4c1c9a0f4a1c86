/** What can be attached here, and how each behaves: one row for each thing that happens to real cards. */

export interface Instrument {
  brand: string
  lastDigits: string
  attach: 'attach' | 'refuse'
  charge:
    | 'succeed'
    | 'authenticate_once'
    | 'authenticate_always'
    | 'silence'
    | { kind: 'soft' | 'hard'; reason: string }
  refund: 'succeed' | 'succeed_later' | 'fail_later'
  /** Is disputed as soon as it is charged. */
  disputed: boolean
  /** What the simulator keeps of a payment, in thousandths. */
  feePerMille: number
}

const card = (lastDigits: string, given: Partial<Instrument> = {}): Instrument => ({
  brand: 'Visa',
  lastDigits,
  attach: 'attach',
  charge: 'succeed',
  refund: 'succeed',
  disputed: false,
  feePerMille: 0,
  ...given,
})

const declines = (lastDigits: string, kind: 'soft' | 'hard', reason: string) =>
  card(lastDigits, { charge: { kind, reason } })

export const cards: Readonly<Record<string, Instrument>> = {
  card_ok: card('4242'),
  card_with_fee: card('1515', { brand: 'Mastercard', feePerMille: 15 }),
  card_refused: card('0002', { attach: 'refuse' }),
  card_fails_when_charged: declines('0341', 'soft', 'card_declined'),
  card_insufficient_funds: declines('9995', 'soft', 'insufficient_funds'),
  card_stolen: declines('9979', 'hard', 'stolen_card'),
  card_expired: declines('0069', 'hard', 'expired_card'),
  card_authenticate_once: card('3155', { charge: 'authenticate_once' }),
  card_authenticate_always: card('3184', { charge: 'authenticate_always' }),
  /** Takes the money, and never answers. */
  card_silent: card('8888', { charge: 'silence' }),
  card_disputed: card('0259', { disputed: true }),
  card_refund_later: card('7726', { refund: 'succeed_later' }),
  card_refund_fails: card('5126', { refund: 'fail_later' }),
}

/** Any number is a phone that gets a prompt. */
export const isPhone = (instrument: string): boolean => /^\+\d{8,15}$/.test(instrument)

/**
 * What the engine asks of whoever moves money, whoever that is.
 *
 * Owns: the words between us and payment providers. Does not own: when something is charged and what its outcome leads
 * to (operations/payments, domain/payments), nor how one provider says it (its folder in `payments/`).
 * Invariant: every effect has a key that we chose and wrote down before asking, and the same key has its effect once.
 * What happened outside is a value; an adapter throws only where our own request was wrong. Whoever doesn't know says
 * `unknown`, and `lookUp` tells the truth later.
 */
import type { ChargeOutcome, IncomingMoney, PaymentMethod, RefundOutcome } from '../domain/payments/model.ts'
import type { Instant } from '../domain/time/instant.ts'

export interface PaymentProvider {
  /** Its name in the registry, and in `cash:<name>` of the books. */
  readonly name: string
  readonly capabilities: PaymentCapabilities
  /** What whoever pays an invoice by hand is to quote; null where nobody does. */
  readonly reference: ((invoice: string) => string) | null
  /** Asks for money. The same key again asks for the same thing, never for a second payment. */
  charge(request: ChargeRequest): Promise<ChargeOutcome>
  /** What became of a charge, whatever was answered at the time. */
  lookUp(charge: ChargeReference): Promise<ChargeOutcome | NotFound>
  /** Calls back what nobody has paid yet. An outcome other than `canceled` says why that can't be. */
  cancel(charge: ChargeReference): Promise<ChargeOutcome | NotFound>
  refund(request: RefundRequest): Promise<RefundOutcome>
  lookUpRefund(refund: RefundReference): Promise<RefundOutcome | NotFound>
  /** Sets up a way to pay, for this charge or for later ones. */
  attach(request: AttachRequest): Promise<AttachOutcome>
  lookUpMethod(setup: AttachReference): Promise<AttachOutcome | NotFound>
  /** Nothing can be charged to it afterwards. Done twice it is done once. */
  detach(token: string): Promise<{ status: 'detached' } | Unknown>
  /** Checks what arrived at our door. Needs no network: what it says may have to be looked up afterwards. */
  readWebhook(webhook: ReceivedWebhook): WebhookReading
  /** What the provider has told, or tried to tell, since a cursor; null where there is no such list. */
  readonly events:
    | ((after: string | null) => Promise<{ events: ProviderEvent[]; after: string } | Unknown>)
    | null
  /** What it has taken since a moment of its clock, a page at a time; null where there is no such list. */
  readonly payments: ((page: PaymentsPage) => Promise<TakenPayments | Unknown>) | null
}

export interface PaymentsPage {
  since: Instant
  /** null: from the beginning. */
  after: string | null
}

export interface TakenPayments {
  payments: TakenPayment[]
  /** null: there is no more. */
  after: string | null
}

/** Money that a provider says it took. `key`: of the charge, where it was one of ours. */
export interface TakenPayment extends IncomingMoney {
  key: string | null
  currency: string
  receivedAt: Instant
}

export interface PaymentCapabilities {
  /** Charges with nobody there. Without it a renewal sends a prompt or a link, and waits. */
  silent: boolean
  /** Asks the payer by a prompt or a link that can be ignored, expire, and be paid late, twice or in part. */
  prompts: boolean
  refunds: 'none' | 'full' | 'partial'
  disputes: boolean
  /** What is out can be called back. Where not, it is expected to arrive. */
  cancel: boolean
  /** Money is seen by people, who record it; nothing tells us. */
  byHand: boolean
  /** What kinds of ways to pay a page of its own can ask for. */
  pages: readonly PaymentMethod['kind'][]
}

export interface ChargeRequest {
  /** The attempt's id. */
  key: string
  /** What it is to pay. Further attempts of it have other keys. */
  invoice: string
  /** Where the operator wants to be paid by hand, in the payer's language; empty where it says nothing. */
  instructions: string
  amountMinor: number
  /** ISO 4217; how many decimals the provider gives it is the adapter's affair. */
  currency: string
  /** `PaymentMethod.token`. */
  token: string
  /** Our id of the customer. */
  customer: string
  /** Where the payer goes on after a page of the provider's. */
  returnUrl: string | null
  /** On statements and prompts. */
  description: string
}

/** All that is known of a charge. Some providers find it by our key, others by what they answered. */
export interface ChargeReference {
  key: string
  /** `PaymentAttempt.transaction`. */
  transaction: string | null
  amountMinor: number
  currency: string
  customer: string
}

export interface RefundRequest {
  /** The refund's id. */
  key: string
  /** Of the receipt that is given back. */
  transaction: string
  amountMinor: number
  currency: string
  reason: string
}

export interface RefundReference {
  key: string
  /** Of the receipt. */
  transaction: string
}

export interface AttachRequest {
  /** Ours, as with a charge. */
  key: string
  customer: string
  kind: PaymentMethod['kind']
  /** What a page of the provider's or of ours collected: a token, a phone number. null: the provider's page asks. */
  instrument: string | null
  /** The customer's: a tag. */
  language: string
  returnUrl: string | null
}

export interface AttachReference {
  key: string
  customer: string
}

export type AttachOutcome =
  | ({ status: 'attached' } & AttachedMethod)
  /** The customer enters it at `url`; a `method` event follows. */
  | { status: 'action_needed'; url: string; expiresAt: Instant | null }
  | { status: 'declined'; reason: string }
  | Unknown

/** How the provider knows a method; our own names for the rest. */
export type AttachedMethod = Pick<PaymentMethod, 'token' | 'kind' | 'label' | 'expires' | 'silent'>

export type NotFound = { status: 'not_found' }
export type Unknown = { status: 'unknown'; reason: string }

export interface ReceivedWebhook {
  /** Byte for byte: that is what was signed. */
  rawBody: Uint8Array
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>
  now: Instant
}

export type WebhookReading =
  | { status: 'accepted'; events: ProviderEvent[] }
  | { status: 'refused'; reason: 'signature' | 'too_old' | 'malformed' }

/**
 * Something that happened with the provider. Its id is unique there: the same one again does nothing. They come in any
 * order, so each is a reason to look, and `null` for an outcome says to look it up.
 */
export type ProviderEvent = { id: string; occurredAt: Instant } & (
  | { type: 'charge'; key: string; outcome: ChargeOutcome | null }
  /** Money came in, whatever became of the charge. `key` null: for none of ours. */
  | ({ type: 'receipt'; key: string | null; currency: string; receivedAt: Instant } & IncomingMoney)
  | { type: 'refund'; key: string; outcome: RefundOutcome | null }
  | ({ type: 'dispute' } & ProviderDispute)
  /** `key`: of the setup, where it was one of ours. */
  | {
      type: 'method'
      key: string | null
      token: string
      change: 'attached' | 'updated' | 'detached'
      method: AttachedMethod | null
    }
)

export interface ProviderDispute {
  /** The provider's id of the dispute. */
  dispute: string
  /** Of the receipt. */
  transaction: string
  amountMinor: number
  currency: string
  status: 'open' | 'won' | 'lost'
  reason: string
  evidenceDueAt: Instant | null
  /** What the provider holds of ours at this moment: the books follow this, not the status. */
  withdrawnMinor: number
}

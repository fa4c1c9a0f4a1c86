/**
 * What letters say in a language.
 *
 * Owns: the shape of a letter's words, and which facts it may name. Does not own: which event makes which letter
 * (`domain/deliveries/letters.ts`) and how it looks (`providers/mail/templates/render.ts`).
 * Invariant: a fact may be missing, and the sentence is whole without it.
 */
import type { LetterName } from '../domain/deliveries/letters.ts'

/** Everything a letter may name, written in its language. */
export interface Facts {
  /** The customer's name, or its id. */
  customer: string
  /** Who sells. */
  operator: string
  feature?: string
  member?: string
  percent?: string
  used?: string
  limit?: string
  /** When what is used up comes back. */
  resetsAt?: string
  upgrade?: { plan: string; limit?: string; price: string }
  plan?: string
  /** Whether a trial becomes paid time by itself. */
  converts?: boolean
  /** Where it was another one. */
  previousPlan?: string
  /** Those that are others now. */
  quantities?: { name: string; before: string; after: string }[]
  /** When it happens, or has happened. */
  date?: string
  amount?: string
  /** Of an invoice, a credit note. */
  number?: string
  dueAt?: string
  /** The invoices that money went to, where it went to several. */
  paid?: { number: string; amount: string }[]
  /** What of it went to none, and is the customer's with whoever sells. */
  toBalance?: string
  reason?: string
  /** How many things do not hold. */
  findings?: string
  paymentMethod?: string
  /** Where to pay by hand, in the operator's words. */
  instructions?: string
  /** What to quote then. */
  reference?: string
  /** The last one in which it can be used. */
  month?: string
  /** Where to pay, confirm or read on. */
  url?: string
}

export interface Wording {
  subject: string
  paragraphs: string[]
  /** What the link in the letter is called; there is none without an address. */
  action?: string
}

export interface Letters {
  greeting: (reader: string) => string
  closing: (facts: Facts) => string
  /** Between what a link does and where it leads, with its spaces. */
  colon: string
  /** Stands above a letter of a test environment. */
  testNote: string
  wordings: Record<LetterName, (facts: Facts) => Wording>
}

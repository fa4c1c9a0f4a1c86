import type { DecisionCode, ErrorCode } from '@tollkeeper/contract'
import type { Letters } from './letters.ts'

/** A sentence in ICU MessageFormat; values it names are in the comment of its group. */
export type Template = string

/** Everything one language has to say. A new language is one file of this type, of which parts may be files of their own. */
export interface Language {
  /** The language's own name. */
  name: string
  /** What only this language does to a long date, such as `1 mars 2026`. */
  correctDate?: (date: string) => string
  /** `detail` says what to do. Values: those of the refusal, and `param`. */
  errors: Record<ErrorCode, { title: string; detail: Template }>
  /** What is wrong with one field of a request. */
  issues: Record<IssueKind, Template>
  /** Names of JSON types in `issues.type`. */
  types: Record<string, string>
  /** Sentences of the contract's own checks, by their English text. */
  phrases: Record<string, string>
  /** The message of a decision. Values: feature, limit, used, remaining, plan (any may be left out), and
   * `hasPlan`: yes or no. */
  decisions: Record<DecisionCode, Template>
  /**
   * Why a charge or a way to pay was declined, a payment is disputed, a refund failed or a site could not be asked, by its code.
   * One that isn't here is said as it was written.
   */
  reasons: Record<string, string>
  /** The reference's own words; what is said of the calls is the contract's. */
  reference: {
    title: string
    skip: string
    calls: string
    errors: string
    introduction: string[]
    errorsIntroduction: string
    scope: string
    publishable: string
    testOnly: string
    path: string
    query: string
    body: string
    required: string
    example: string
    answer: (status: string) => string
  }
  /** Invoices and credit notes. */
  documents: DocumentWords
  letters: Letters
  /** The welcome page. */
  welcome: {
    title: string
    lead: string
    reference: string
    openapi: string
    llms: string
    health: string
    tryIt: string
  }
}

/** What stands on an invoice or a credit note. Amounts, dates and rates come in as they are written in the language. */
export interface DocumentWords {
  invoice: string
  creditNote: string
  draft: string
  void: string
  number: string
  issued: string
  due: string
  period: string
  /** Before the number of the invoice that a credit note is about. */
  credits: string
  customer: string
  /** Names of tax ids by their type; a type that isn't here is written as it is. */
  taxIds: Record<string, string>
  /** Values: from, to. */
  span: Template
  description: string
  quantity: string
  unitPrice: string
  tax: string
  /** Values: currency. */
  amount: Template
  /** What is missing to the least that a plan costs. Values: description. */
  lineMinimum: Template
  /** What is left of something and given back, beside what takes its place. Values: description. */
  lineCredit: Template
  /** Beneath a line. Values: amount. */
  lineDiscount: Template
  /** Which coupons a discount is by. Values: count, names. */
  coupons: Template
  /** Beneath a line whose price holds the tax. Values: amount. */
  lineInclusive: Template
  subtotal: string
  discount: string
  net: string
  /** Values: name, percent, taxable. */
  taxOn: Template
  total: string
  fromBalance: string
  /** By credit notes. */
  credited: string
  /** What became of a credit note. */
  toInvoice: string
  paidBack: string
  toBalance: string
  paid: string
  amountDue: string
  reverseCharge: string
  exempt: string
  outsideScope: string
  payment: string
  /** What whoever pays by hand is to say. */
  quote: string
  payableOnReceipt: string
  /** What becomes of a credit note's amount, where there is no room for its parts. */
  creditTerms: string
  /** Where the electronic part can't say the document's smallest unit. Values: total, due. */
  roundedForExchange: Template
  /** Values: page, pages. */
  page: Template
}

/** Values: expected, received, minimum, maximum, options, format, divisor. */
export type IssueKind =
  | 'missing'
  | 'type'
  | 'stringTooShort'
  | 'stringTooLong'
  | 'numberTooSmall'
  | 'numberTooBig'
  | 'listTooShort'
  | 'listTooLong'
  | 'format'
  | 'options'
  | 'multiple'
  | 'unknownField'
  | 'noVariant'
  | 'invalid'

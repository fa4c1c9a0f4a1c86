import type { ErrorCode } from '@tollkeeper/contract'

export interface FieldError {
  /** The path of the field, for example `plans.starter.allowances.seats`. */
  param: string
  message: string
}

/** What a program reads of a refusal about an amount, in minor units. */
export interface RefusedFigures {
  /** What the caller took it for, where that was sent. */
  expected?: { totalMinor: number }
  /** What it comes to; below zero it is given back. */
  actual: {
    currency: string
    subtotalMinor: number
    discountMinor: number
    taxMinor: number
    totalMinor: number
  }
}

/**
 * The caller asked for something that can't be done. Changes nothing; becomes problem+json with the status and
 * sentence that the one table has for the code.
 *
 * @example throw new Refusal('customer_not_found', { param: 'customer', values: { customer: id } })
 */
export class Refusal extends Error {
  readonly code: ErrorCode
  readonly param: string | undefined
  readonly values: Record<string, string | number>
  readonly errors: FieldError[]
  readonly retryAfterSeconds: number | undefined
  readonly figures: RefusedFigures | undefined
  constructor(
    code: ErrorCode,
    options: {
      param?: string
      values?: Record<string, string | number>
      errors?: FieldError[]
      retryAfterSeconds?: number
      figures?: RefusedFigures
    } = {},
  ) {
    super(code)
    this.name = 'Refusal'
    this.code = code
    this.param = options.param
    this.values = options.values ?? {}
    this.errors = options.errors ?? []
    this.retryAfterSeconds = options.retryAfterSeconds
    this.figures = options.figures
  }
}

/**
 * What a handler is: the contract's call in, the contract's answer out.
 *
 * Owns: the types that tie a noun's handlers to its endpoints. Does not own: parsing, authentication, transactions
 * and the error map (`route.ts` and its neighbours do that before and after the handler).
 * Invariant: a handler's types come from the contract alone; there is nothing to keep in step by hand.
 *
 * @example
 * export const customerRoutes = {
 *   get: async (request, ctx) => presentCustomer(await getCustomer(ctx, request.params.id)),
 * } satisfies Handlers<typeof endpoints.customers>
 */
import type { Endpoint } from '@tollkeeper/contract'
import type { z } from 'zod'
import type { OperationContext, UsageContext } from '../context.ts'
import type { ApiKey } from '../domain/keys/model.ts'
import type { LanguageTag } from '../language/index.ts'

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined
type ParsedFields<Schema> = Schema extends z.ZodType ? z.output<Schema> : Record<never, never>

export interface ApiRequest<Call extends Endpoint> {
  params: ParsedFields<Call['params']>
  query: ParsedFields<Call['query']>
  body: Parsed<Call['body']>
  /** Of the caller, from `Accept-Language`. */
  language: LanguageTag
  /** Who asks. */
  key: ApiKey
  /** Aborted when the caller has gone, the key is no longer good, or the process stops. For streams. */
  signal: AbortSignal
  /** What a reconnecting reader of a stream saw last. */
  lastEventId: string | undefined
}

/** The answer with another 2xx status than the contract's usual one. */
export interface StatusAnswer<Body> {
  readonly withStatus: 200 | 201 | 202
  readonly body: Body
}
export const answerWith = <Body>(withStatus: 200 | 201 | 202, body: Body): StatusAnswer<Body> => ({
  withStatus,
  body,
})

/** One event of a stream. `data` is written as JSON. */
export interface StreamEvent {
  id?: string
  event?: string
  data: unknown
}

type AnswerOf<Call extends Endpoint> = z.output<Call['response']> | StatusAnswer<z.output<Call['response']>>

/**
 * Runs in the transaction of its context: read-only for GET; for `stored` the answer is stored in it as well.
 * A deadlock runs it again from the start, so it has no effect outside of the transaction.
 */
export type TransactionHandler<Call extends Endpoint> = (
  request: ApiRequest<Call>,
  ctx: OperationContext,
) => Promise<AnswerOf<Call>>

/** Opens its own transactions (or none). */
export type UsageHandler<Call extends Endpoint> = (
  request: ApiRequest<Call>,
  ctx: UsageContext,
) => Promise<AnswerOf<Call>> | AnswerOf<Call>

/** A call that isn't `usage` but can't live in one transaction, such as moving a test clock. */
export interface DetachedHandler<Call extends Endpoint> {
  detached: UsageHandler<Call>
}

/** A file as it is. */
export interface FileAnswer {
  bytes: Buffer
  /** With its ending. */
  name: string
}

/** Opens its own transactions: nothing is held while a file is made. */
export type FileHandler<Call extends Endpoint> = (
  request: ApiRequest<Call>,
  ctx: UsageContext,
) => Promise<FileAnswer>

/** What it refuses before it has returned (or resolved) is answered as a problem. */
export type StreamHandler<Call extends Endpoint> = (
  request: ApiRequest<Call>,
  ctx: UsageContext,
) => AsyncIterable<StreamEvent> | Promise<AsyncIterable<StreamEvent>>

export type Handler<Call extends Endpoint> = Call extends { stream: true }
  ? StreamHandler<Call>
  : Call extends { file: string }
    ? FileHandler<Call>
    : Call['idempotency'] extends 'usage' | 'resumed'
      ? UsageHandler<Call>
      : Call['idempotency'] extends 'natural'
        ? TransactionHandler<Call> | DetachedHandler<Call>
        : TransactionHandler<Call>

/** All handlers of a noun: `Handlers<typeof endpoints.customers>`. */
export type Handlers<Noun extends Record<string, Endpoint>> = {
  [Name in keyof Noun]: Handler<Noun[Name]>
}

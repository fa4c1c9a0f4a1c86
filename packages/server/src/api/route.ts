/**
 * One call of the contract as a route: admit → parse → handle → answer.
 *
 * Owns: the order of these steps and the transaction of a cold call. Does not own: what each step does (its
 * neighbours) and what a handler does.
 * Invariant: a handler never runs for a key that may not call it, and nothing of a refused request is kept.
 */
import type { Endpoint } from '@tollkeeper/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AskedBy, Context, UsageContext } from '../context.ts'
import { mayCall } from '../domain/keys/model.ts'
import type { ApiKey } from '../domain/keys/model.ts'
import { chooseLanguage } from '../language/index.ts'
import type { LanguageTag } from '../language/index.ts'
import { answerOnce } from '../operations/answers/answer-once.ts'
import { isSameOrigin } from '../operations/environment/origins.ts'
import type { OriginLists } from '../operations/environment/origins.ts'
import type { Authenticator } from '../operations/keys/authenticator.ts'
import type { RateLimiter, RateState } from '../operations/rate-limits/limiter.ts'
import { runOperation } from '../operations/run.ts'
import { Refusal } from '../refusal.ts'
import { checkAnswer } from './check-answer.ts'
import type { ApiRequest, FileAnswer, StatusAnswer, StreamEvent } from './handler.ts'
import { mergeKeys } from './idempotency.ts'
import { hasIdempotencyField, parserOf } from './parse.ts'
import { problemOf } from './problem.ts'
import { rateClassOf } from './rate-class.ts'
import type { Call } from './routes.ts'
import { sendStream } from './stream.ts'

export interface RouteTools {
  context: Context
  authenticator: Authenticator
  rateLimiter: RateLimiter
  origins: OriginLists
  /** Aborted when the process stops. */
  stopping: AbortSignal
  /** Check answers against the contract: for tests. */
  checkAnswers: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    apiKey: ApiKey | null
  }
}

type AnyRequest = ApiRequest<Endpoint>
type AnyHandler = (request: AnyRequest, ctx: unknown) => unknown
type Run = (request: AnyRequest, raw: FastifyRequest, reply: FastifyReply) => Promise<unknown>

const MEBIBYTE = 1024 * 1024
const LARGE_BODY = 5 * MEBIBYTE
/** Calls that carry many things at once. */
const largeBodies = new Set(['/v1/events', '/v1/catalog', '/v1/catalog/preview', '/v1/imports'])

export function registerCall(app: FastifyInstance, tools: RouteTools, call: Call, handler: unknown): void {
  const { endpoint } = call
  const parse = requestParserOf(endpoint)
  const run = runnerOf(call, handler, tools)
  const bodyLimit = largeBodies.has(endpoint.path) ? LARGE_BODY : MEBIBYTE
  app.route({
    method: endpoint.method,
    url: endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit,
    errorHandler: (error) => {
      // the sentence of a 413 says how much there may be, and Fastify's error doesn't
      throw error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? Object.assign(error, { limit: bodyLimit }) : error
    },
    onRequest: admission(endpoint, tools),
    handler: (request, reply) => run(parse(request, tools), request, reply),
  })
}

/** Who asks, may they, and not too often. Without a promise for a key that was used lately. */
function admission(endpoint: Endpoint, tools: RouteTools) {
  const rateClass = rateClassOf(endpoint)
  const { authenticator, rateLimiter } = tools

  function permit(request: FastifyRequest, reply: FastifyReply, key: ApiKey): void | Promise<void> {
    request.apiKey = key
    if (!mayCall(key, endpoint)) {
      const scope = key.kind === 'publishable' ? 'secret' : endpoint.scope
      throw new Refusal('key_not_permitted', { values: { scope } })
    }
    if (endpoint.testOnly === true && key.environment.mode !== 'test') throw new Refusal('test_only')
    const counted = rateLimiter.count(key, rateClass)
    if (counted instanceof Promise) return counted.then((state) => showRate(reply, rateClass, state))
    showRate(reply, rateClass, counted)
  }

  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    try {
      const found = authenticator.authenticate(request.headers.authorization)
      const { origin } = request.headers
      if (!(found instanceof Promise) && (origin === undefined || found.kind !== 'publishable')) {
        const waiting = permit(request, reply, found)
        if (waiting === undefined) done()
        else waiting.then(() => done(), done)
        return
      }
      admitSlowly(found, request, reply).then(() => done(), done)
    } catch (error) {
      done(error as Error)
    }
  }

  async function admitSlowly(found: ApiKey | Promise<ApiKey>, request: FastifyRequest, reply: FastifyReply) {
    const key = await found
    const { origin, host } = request.headers
    if (origin !== undefined && key.kind === 'publishable' && !isSameOrigin(origin, host)) {
      const allowed = await tools.origins.allows(key.environment.id, origin)
      if (!allowed) throw new Refusal('origin_not_allowed', { values: { origin: origin.slice(0, 300) } })
    }
    await permit(request, reply, key)
  }
}

function showRate(reply: FastifyReply, rateClass: string, state: RateState): void {
  reply.header('ratelimit', `"${rateClass}";r=${state.remaining};t=${state.resetSeconds}`)
  reply.header('ratelimit-policy', `"${rateClass}";q=${state.limit};w=60`)
}

function requestParserOf(endpoint: Endpoint) {
  const parseParams = parserOf(endpoint.params)
  const parseQuery = parserOf(endpoint.query)
  const parseBody = parserOf(endpoint.body)
  const keepsOwnKey = endpoint.idempotency === 'usage' || endpoint.idempotency === 'resumed'
  const mergesKey = keepsOwnKey && hasIdempotencyField(endpoint.body)
  return (request: FastifyRequest, tools: RouteTools): AnyRequest => {
    const language = chooseLanguage(request.headers['accept-language'])
    const params = parseParams(request.params, language) as AnyRequest['params']
    const query = parseQuery(request.query, language) as AnyRequest['query']
    const body = endpoint.method === 'GET' ? undefined : (request.body ?? {})
    if (mergesKey) putMergedKey(request, body)
    return {
      params,
      query,
      body: (body === undefined ? undefined : parseBody(body, language)) as AnyRequest['body'],
      language,
      key: request.apiKey as ApiKey,
      signal: tools.stopping,
      lastEventId: request.headers['last-event-id'] as string | undefined,
    }
  }
}

function putMergedKey(request: FastifyRequest, body: unknown): void {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return
  const fields = body as { idempotencyKey?: unknown }
  const key = mergeKeys(request.headers['idempotency-key'], fields.idempotencyKey, () => keysSent(request))
  if (key !== undefined) fields.idempotencyKey = key
}

const keysSent = ({ raw }: FastifyRequest): string[] => raw.headersDistinct['idempotency-key'] ?? []

function runnerOf(call: Call, handler: unknown, tools: RouteTools): Run {
  const { endpoint } = call
  if (endpoint.stream === true) return streamRunner(handler as AnyHandler, tools)
  if (endpoint.file !== undefined) return fileRunner(endpoint.file, handler as AnyHandler, tools)
  const detached = (handler as { detached?: AnyHandler }).detached
  if (detached !== undefined) return detachedRunner(call, detached, tools)
  if (endpoint.idempotency === 'resumed') return detachedRunner(call, handler as AnyHandler, tools)
  if (endpoint.idempotency === 'usage') return usageRunner(endpoint, handler as AnyHandler, tools)
  return transactionRunner(call, handler as AnyHandler, tools)
}

/** One context for all requests of a key in a language: building one for each would cost more than routing it. */
const usageContexts = new WeakMap<ApiKey, Map<LanguageTag, UsageContext>>()

function usageContext(tools: RouteTools, { key, language }: AnyRequest): UsageContext {
  let ofKey = usageContexts.get(key)
  if (ofKey === undefined) {
    ofKey = new Map()
    usageContexts.set(key, ofKey)
  }
  let context = ofKey.get(language)
  if (context === undefined) {
    context = { ...tools.context, environment: key.environment, actor: key.id, language }
    ofKey.set(language, context)
  }
  return context
}

function fileRunner(type: string, handler: AnyHandler, tools: RouteTools): Run {
  return async (request, _raw, reply) => {
    const file = (await handler(request, usageContext(tools, request))) as FileAnswer
    return sendFile(reply, type, file)
  }
}

/** Shown by what opens it, and kept under its name. */
export function sendFile(reply: FastifyReply, type: string, { bytes, name }: FileAnswer): FastifyReply {
  const safe = name.replaceAll(/[^A-Za-z0-9._-]/g, '_')
  return reply
    .headers({ 'content-type': type, 'content-disposition': `inline; filename="${safe}"` })
    .send(bytes)
}

function usageRunner(endpoint: Endpoint, handler: AnyHandler, tools: RouteTools): Run {
  const write = answerWriter(endpoint, tools)
  return async (request, _raw, reply) => {
    const { status, text } = write(await handler(request, usageContext(tools, request)))
    return sendJson(reply, status, text)
  }
}

/** Every call that asks for a reason has it under this name. */
function askedBy(call: string, { id }: FastifyRequest, { body }: AnyRequest): AskedBy {
  const given = typeof body === 'object' && body !== null && 'reason' in body ? body.reason : ''
  return { call, id, reason: typeof given === 'string' ? given : '' }
}

/** As a call that takes, but what it changes is written down with the request. */
function detachedRunner({ name, endpoint }: Call, handler: AnyHandler, tools: RouteTools): Run {
  const write = answerWriter(endpoint, tools)
  return async (request, raw, reply) => {
    const asked = { ...usageContext(tools, request), request: askedBy(name, raw, request) }
    const { status, text } = write(await handler(request, asked))
    return sendJson(reply, status, text)
  }
}

function transactionRunner({ name, endpoint }: Call, handler: AnyHandler, tools: RouteTools): Run {
  const write = answerWriter(endpoint, tools)
  const { context } = tools
  const readOnly = endpoint.method === 'GET'
  return async (request, raw, reply) => {
    const key = endpoint.idempotency === 'stored' ? takeIdempotencyKey(raw, request) : undefined
    const { environment, id: actor } = request.key
    const asked = { ...context, request: askedBy(name, raw, request) }
    const answer = await runOperation(asked, { environment, actor, readOnly }, async (ctx) => {
      const effect = async () => write(await handler(request, ctx))
      if (key === undefined) return { ...(await effect()), replayed: false }
      const { method, path: route, secretAnswer } = endpoint
      const { params, body } = request
      const scope = { environment: environment.id, method, route, params, body, key }
      const seal = secretAnswer === true ? context.keyPepper : null
      return answerOnce(ctx.tx, scope, { now: context.clock.now(), seal }, effect)
    })
    if (answer.replayed) reply.header('idempotent-replayed', 'true')
    return sendJson(reply, answer.status, answer.text)
  }
}

/** The key goes no further than here: the handler's body is without it. */
function takeIdempotencyKey(raw: FastifyRequest, request: AnyRequest): string | undefined {
  const body = request.body as { idempotencyKey?: unknown } | undefined
  const key = mergeKeys(raw.headers['idempotency-key'], body?.idempotencyKey, () => keysSent(raw))
  if (body !== undefined) delete body.idempotencyKey
  return key
}

function answerWriter(endpoint: Endpoint, tools: RouteTools) {
  const usual = endpoint.status ?? 200
  return (answer: unknown): { status: number; text: string } => {
    const other = answer as Partial<StatusAnswer<unknown>> | null
    const status = other?.withStatus ?? usual
    const body = other?.withStatus === undefined ? answer : other.body
    if (tools.checkAnswers) checkAnswer(endpoint, status, body)
    return { status, text: JSON.stringify(body) }
  }
}

function sendJson(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(text)
}

/** How often an open stream asks whether its key is still good. */
const KEY_CHECK_MS = 500

function streamRunner(handler: AnyHandler, tools: RouteTools): Run {
  return async (request, raw, reply) => {
    const gone = new AbortController()
    raw.raw.socket.once('close', () => gone.abort())
    const signal = AbortSignal.any([gone.signal, tools.stopping])
    const timer = setInterval(() => {
      Promise.resolve()
        .then(() => tools.authenticator.authenticate(raw.headers.authorization))
        .catch((error: unknown) => {
          if (error instanceof Refusal) gone.abort()
        })
    }, KEY_CHECK_MS)
    try {
      const source = await handler({ ...request, signal }, usageContext(tools, request))
      await sendStream(reply, source as AsyncIterable<StreamEvent>, {
        signal,
        describeError: (error) => problemOf(error, request.language, raw.id),
      })
    } finally {
      clearInterval(timer)
    }
    return reply
  }
}

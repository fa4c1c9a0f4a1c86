/**
 * HTTP: the contract's calls on Fastify, and what surrounds them.
 *
 * Owns: the server's settings, headers every answer has, addresses that don't exist, the end. Does not own: a single
 * call (`route.ts`), errors (`problem.ts`), the pages for people (`pages/`).
 * Invariant: every answer has a request id, and every failure is problem+json from the one error map.
 */
import type { Socket } from 'node:net'
import fastify, { LogController } from 'fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { newId } from '../ids.ts'
import { chooseLanguage } from '../language/index.ts'
import type { Metrics } from '../metrics.ts'
import { createOriginLists } from '../operations/environment/origins.ts'
import { createAuthenticator } from '../operations/keys/authenticator.ts'
import { createRateLimiter, defaultRateLimits } from '../operations/rate-limits/limiter.ts'
import type { RateLimits } from '../operations/rate-limits/limiter.ts'
import { Refusal } from '../refusal.ts'
import { answerClientError } from './client-errors.ts'
import { allowOrigins } from './cross-origin.ts'
import { registerHealth } from './health.ts'
import { registerPages, sendPage } from './pages/index.ts'
import { isReader, registerInvoiceLinks } from './pages/invoice-links.ts'
import { problemPage } from './pages/problem-page.ts'
import { registerMailbox } from './pages/mailbox.ts'
import { refusalOfJson, refuseDeep, refuseText, refuseUnstorable } from './parse.ts'
import { registerPaymentWebhooks } from './payment-webhooks.ts'
import { problemHeaders, problemOf } from './problem.ts'
import { registerCall } from './route.ts'
import type { RouteTools } from './route.ts'
import { calls, handlerOf } from './routes.ts'

export interface AppOptions {
  context: Context
  metrics: Metrics
  rateLimits?: Partial<RateLimits>
  /** Jobs of this process that hang, by name. */
  stuckJobs?: () => string[]
  /** Check each answer against the contract; for tests. */
  checkAnswers?: boolean
  /** For a developer's own machine: it asks for no key. */
  mailboxPage?: boolean
  /** Where people reach this server; null, unless told: where they ask. */
  publicUrl?: string | null
}

const REQUEST_ID = /^[A-Za-z0-9_.:@/+=-]{1,128}$/

export function createApp(options: AppOptions): FastifyInstance {
  const { context, metrics } = options
  const stopping = new AbortController()
  const origins = createOriginLists(context.db)
  const app = fastify({
    loggerInstance: context.logger,
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 1_000, ignoreTrailingSlash: false },
    bodyLimit: 1024 * 1024,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    requestTimeout: 120_000,
    clientErrorHandler: (error, socket) =>
      answerClientError(error, socket, {
        newRequestId: () => requestIdOf(undefined, context),
        countProblem: metrics.countProblem,
      }),
    genReqId: (request) => requestIdOf(request.headers['x-request-id'], context),
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply as FastifyReply, options),
  }) as unknown as FastifyInstance
  app.decorateRequest('apiKey', null)
  // nobody logs by the request's own logger, so none is made for each
  app.setChildLoggerFactory((logger) => logger)
  readJson(app)
  addHeaders(app, stopping.signal)
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, options))
  app.setNotFoundHandler((request, reply) => sendProblem(new Refusal('not_found'), request, reply, options))
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
  allowOrigins(app, origins)
  stopCleanly(app, stopping)

  const tools: RouteTools = {
    context,
    origins,
    authenticator: createAuthenticator(context),
    rateLimiter: createRateLimiter(context.db, context.clock, {
      ...defaultRateLimits,
      ...options.rateLimits,
    }),
    stopping: stopping.signal,
    checkAnswers: options.checkAnswers ?? false,
  }
  for (const call of calls) registerCall(app, tools, call, handlerOf(call))
  registerHealth(app, {
    context,
    metrics,
    stopping: stopping.signal,
    stuckJobs: options.stuckJobs ?? (() => []),
  })
  registerPaymentWebhooks(app, context)
  registerPages(app)
  registerInvoiceLinks(app, context, {
    publicUrl: options.publicUrl ?? null,
    rateLimiter: tools.rateLimiter,
  })
  if (options.mailboxPage === true) registerMailbox(app, context)
  refuseOtherMethods(app)
  return app
}

function requestIdOf(header: string | string[] | undefined, context: Context): string {
  if (typeof header === 'string' && REQUEST_ID.test(header)) return header
  return newId('req', false, context.clock.now()).replace('_test_', '_')
}

/** JSON alone. A prototype can't be smuggled in, and no text that can't be stored. */
function readJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body as string
    if (text === '') return done(null, undefined)
    const encoding = request.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'identity' || !isUtf8(request.headers['content-type']))
      return done(new Refusal('unsupported_media_type'))
    parse(request, text, (error, value) => {
      if (error !== null && error !== undefined) return done(refusalOfJson(text))
      try {
        refuseDeep(text, value)
        refuseUnstorable(text, value)
        done(null, value)
      } catch (refusal) {
        done(refusal as Error)
      }
    })
  })
}

/** JSON is UTF-8, and ASCII is UTF-8 too. */
function isUtf8(contentType = ''): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]
  return charset === undefined || /^(?:utf-?8|us-ascii)$/i.test(charset)
}

function addHeaders(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      vary: 'Origin',
    })
    if (stopping.aborted) {
      reply.header('connection', 'close')
      return done(new Refusal('shutting_down'))
    }
    if (request.url.includes('%')) {
      try {
        refuseText(decodeURIComponent(request.url.replaceAll('+', ' ')), [])
      } catch (error) {
        // what can't be decoded is refused by the router (in a path) or stays as it is (in a query)
        if (error instanceof Refusal) return done(error)
      }
    }
    done()
  })
}

function stopCleanly(app: FastifyInstance, stopping: AbortController): void {
  let sweeper: NodeJS.Timeout | undefined
  // opened ahead by a client and never asked on: Node counts these as busy for a minute
  const unused = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  app.server.on('request', (request) => unused.delete(request.socket))
  app.addHook('preClose', (done) => {
    stopping.abort()
    // a connection whose last answer went out after the close began would else be kept alive for its next request
    sweeper = setInterval(() => {
      app.server.closeIdleConnections()
      for (const socket of unused) socket.destroy()
    }, 20)
    done()
  })
  app.addHook('onClose', (_instance, done) => {
    clearInterval(sweeper)
    done()
  })
}

function refuseOtherMethods(app: FastifyInstance): void {
  const all = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
  const taken = new Map<string, Set<string>>()
  for (const call of calls) {
    if (handlerOf(call) === undefined) continue
    const { path, method } = call.endpoint
    taken.set(path, (taken.get(path) ?? new Set()).add(method))
  }
  for (const [path, own] of taken) {
    const url = path.replaceAll(/\{(\w+)\}/g, ':$1')
    const methods = all.filter((method) => !own.has(method))
    const allowed = [...all.filter((method) => own.has(method)), 'OPTIONS'].join(', ')
    if (methods.length === 0) continue
    app.route({
      method: methods,
      url,
      exposeHeadRoute: false,
      // before the body is read
      onRequest: (_request, reply, done) => {
        reply.header('allow', allowed)
        done(new Refusal('method_not_allowed', { values: { allowed } }))
      },
      handler: () => {},
    })
  }
}

function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  options: AppOptions,
): FastifyReply {
  const problem = problemOf(error, chooseLanguage(request.headers['accept-language']), request.id)
  options.metrics.countProblem(problem.code)
  const { code, requestId, status } = problem
  const line = { code, requestId, status, method: request.method, route: request.routeOptions?.url }
  if (problem.code === 'internal_error')
    options.context.logger.error({ ...line, err: error }, 'request failed')
  else if (status === 503) options.context.logger.warn({ ...line, err: error }, 'request not served')
  else options.context.logger.debug(line, 'request refused')
  // what has begun to be sent can't become a problem any more
  if (reply.raw.headersSent) return reply
  reply.code(status).headers({ 'x-request-id': requestId, ...problemHeaders(error, code) })
  if (isReader(request)) return sendPage(request, reply, (language) => problemPage(language, problem))
  return reply.send(JSON.stringify(problem))
}

/**
 * What browsers are told about pages of other origins (CORS).
 *
 * Owns: the headers, and answers to preflight requests. Does not own: the lists of allowed origins, and whether a key
 * may be used from an origin (`route.ts`). Written here rather than taken from a plugin because it costs every
 * request nothing but one look at a header.
 */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { isSameOrigin } from '../operations/environment/origins.ts'
import type { OriginLists } from '../operations/environment/origins.ts'

const exposed = 'X-Request-Id, RateLimit, RateLimit-Policy, Retry-After, Idempotent-Replayed'
const preflightHeaders = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'Authorization, Content-Type, Accept-Language, Idempotency-Key, Last-Event-ID, X-Request-Id',
  'access-control-max-age': '600',
}

export function allowOrigins(app: FastifyInstance, origins: OriginLists): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { origin, host } = request.headers
    if (origin === undefined || isSameOrigin(origin, host)) return done()
    origins.allowsAnywhere(origin).then((allowed) => {
      if (allowed) allow(reply, origin, request.method === 'OPTIONS')
      done()
    }, done)
  })
  // a preflight request, or one that asks what there is: neither has a key
  app.options('*', (_request, reply) => reply.code(204).send())
}

function allow(reply: FastifyReply, origin: string, isPreflight: boolean): void {
  reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', exposed)
  if (isPreflight) reply.headers(preflightHeaders)
}

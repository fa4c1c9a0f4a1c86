/**
 * The limit of what is asked over HTTP: Fastify with our authentication, our schemas and our answers' shape, which
 * answers at once. A process of its own, started by `http-load.ts`.
 */
import { endpoints } from '@tollkeeper/contract'
import fastify from 'fastify'
import { parserOf } from '#server/api/parse'
import { systemClock } from '#server/clock'
import { toIso } from '#server/domain/time/instant'
import { createEngine } from '#server/engine'
import { uuidV7 } from '#server/ids'
import { silentLogger } from '#server/logger'
import { createAuthenticator } from '#server/operations/keys/authenticator'

interface Take {
  customer: string
  feature: string
  amount: number
}

const engine = await createEngine({
  databaseUrl: process.env.DATABASE_URL,
  connections: 2,
  logger: silentLogger,
  jobs: false,
})
const authenticator = createAuthenticator(engine.context)
const app = fastify()
app.addHook('onRequest', (request, _reply, done) => {
  try {
    const found = authenticator.authenticate(request.headers.authorization)
    if (found instanceof Promise) found.then(() => done(), done)
    else done()
  } catch (error) {
    done(error as Error)
  }
})

const LIMIT = 1_000_000_000
let used = 0

function decisionOn({ customer, feature, amount }: Take) {
  used += amount
  return {
    allowed: true,
    code: 'ok',
    customer,
    feature,
    amount,
    limit: LIMIT,
    unlimited: false,
    used,
    remaining: LIMIT - used,
    overage: 0,
    resetsAt: toIso(systemClock.now()),
    access: { level: 'full', reason: 'ok' },
    message: 'Allowed.',
    upgrade: null,
  }
}

function answerAt(path: string, parse: ReturnType<typeof parserOf>, answer: (body: Take) => unknown): void {
  app.post(path, (request, reply) => {
    const body = parse(request.body, 'en') as Take
    return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(answer(body)))
  })
}

answerAt('/v1/check', parserOf(endpoints.usage.check.body), decisionOn)
answerAt('/v1/consume', parserOf(endpoints.usage.consume.body), (body) => ({
  ...decisionOn(body),
  event: uuidV7(systemClock.now()),
  replayed: false,
}))

process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`)
process.once('SIGTERM', () => {
  void app
    .close()
    .then(() => engine.stop())
    .then(() => process.exit(0))
})

/**
 * The door for payment providers: the body as it was sent, because that is what was signed.
 *
 * Owns: the address and reading the bytes. Does not own: whether they are genuine (the provider's adapter).
 * Invariant: nothing is answered before what was told is stored; nothing is done with it here.
 */
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { receiveWebhook } from '../operations/provider-events/receive.ts'

/** @param environment its id: `test` */
export const webhookPath = (provider: string, environment: string): string =>
  `/webhooks/${provider}/${environment}`

export function registerPaymentWebhooks(app: FastifyInstance, context: Context): void {
  void app.register(async (door) => {
    door.removeAllContentTypeParsers()
    door.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    door.route<{ Params: { provider: string; environment: string } }>({
      method: 'POST',
      url: webhookPath(':provider', ':environment'),
      handler: async (request, reply) => {
        const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        await receiveWebhook(context, { ...request.params, rawBody, headers: request.headers })
        return reply
          .code(200)
          .header('content-type', 'application/json; charset=utf-8')
          .send('{"received":true}')
      },
    })
  })
}

/** Whether a message is signed by a secret, as Standard Webhooks says it; by the simulation's time, which nobody else has. */
import type { IncomingHttpHeaders } from 'node:http'
import { Webhook } from 'standardwebhooks'

export function isSignedBy(secret: string, text: string, headers: IncomingHttpHeaders): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures } = headers
  if (typeof id !== 'string' || typeof seconds !== 'string' || typeof signatures !== 'string') return false
  const expected = new Webhook(secret).sign(id, new Date(Number(seconds) * 1_000), text)
  return signatures.split(' ').includes(expected)
}

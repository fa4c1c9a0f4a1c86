/** Standard Webhooks: the form of secrets, and the headers that a receiver verifies. */
import { createHmac, randomBytes } from 'node:crypto'
import type { Instant } from '../../domain/time/instant.ts'

const PREFIX = 'whsec_'

/** 32 random bytes, as a caller sees them. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(32).toString('base64')

/** @param secrets all that are valid, so that a receiver may know the old or the new one while they overlap */
export function signedHeaders(
  message: { id: string; body: string },
  secrets: readonly string[],
  now: Instant,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000))
  const content = `${message.id}.${timestamp}.${message.body}`
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(content).digest('base64')}`
  })
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}

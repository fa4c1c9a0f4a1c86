import { Refusal } from '../refusal.ts'

const LONGEST_KEY = 255

/**
 * The one key of a request that may come in the header, the body, or both.
 *
 * @throws Refusal `idempotency_key_conflict`, `invalid_request`
 */
export function mergeKeys(header: string | string[] | undefined, inBody: unknown): string | undefined {
  if (header === undefined) return typeof inBody === 'string' ? inBody : undefined
  const key = Array.isArray(header) ? header.join(',') : header
  if (key.length === 0 || key.length > LONGEST_KEY) {
    throw new Refusal('invalid_request', {
      param: 'Idempotency-Key',
      errors: [{ param: 'Idempotency-Key', message: `Use 1 to ${LONGEST_KEY} characters.` }],
    })
  }
  if (inBody !== undefined && inBody !== key) {
    throw new Refusal('idempotency_key_conflict', { param: 'idempotencyKey' })
  }
  return key
}

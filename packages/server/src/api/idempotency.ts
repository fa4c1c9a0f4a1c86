import { Refusal } from '../refusal.ts'

const LONGEST_KEY = 255

/**
 * The one key of a request that may come in the header, the body, or both.
 *
 * @param sent each such header by itself
 * @throws Refusal `idempotency_key_conflict`, `invalid_request`
 */
export function mergeKeys(
  header: string | string[] | undefined,
  inBody: unknown,
  sent: () => readonly string[],
): string | undefined {
  if (header === undefined) return typeof inBody === 'string' ? inBody : undefined
  const key = Array.isArray(header) ? header.join(',') : header
  // Node joins a header that was sent twice
  if (key.includes(', ') && sent().length > 1)
    throw new Refusal('idempotency_key_conflict', { param: 'Idempotency-Key' })
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

/**
 * Who asks: from the header to a key, without a query per request.
 *
 * Owns: this process's memory of keys. Does not own: what a key may do (`domain/keys`) and where keys are stored.
 * Invariant: what is remembered is at most a second old, so a key revoked anywhere stops working everywhere within
 * a second. Keys are looked up by their HMAC alone; nothing about a key can be learnt from how long that takes.
 */
import { timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../clock.ts'
import type { ApiKey } from '../../domain/keys/model.ts'
import { hashSecret, looksLikeKey } from './secret.ts'
import { growingTo } from '../growing-to.ts'
import { Refusal } from '../../refusal.ts'
import { loadApiKeyByHash } from '../../store/api-keys.ts'
import type { Database } from '../../store/database/pool.ts'

/** From this age on a remembered key is read again beside the request that uses it … */
const REFRESH_AFTER_MS = 500
/** … and from this age on the request waits for that. Leaves a tenth of a second for the work that follows. */
const TRUST_FOR_MS = 900

export interface Authenticator {
  /**
   * The key of an `Authorization` header. Answers at once for a key that was used lately.
   *
   * @throws Refusal `key_missing`, `key_invalid`, `key_revoked`
   */
  authenticate(header: string | undefined): ApiKey | Promise<ApiKey>
  /** Forgets everything, so that the next use of each key reads it. */
  forget(): void
}

interface Entry {
  key: ApiKey | null
  /** When the reading of it began, by the machine's steady timer. */
  readAt: number
  reading: Promise<ApiKey | null> | null
}

export function createAuthenticator(options: {
  db: Database
  clock: Clock
  keyPepper: Buffer
  /** Milliseconds that never go backwards; has nothing to do with the clock, which tests stop. */
  elapsed?: () => number
}): Authenticator {
  const { db, clock, keyPepper, elapsed = () => performance.now() } = options
  const entries = new LRUCache<string, Entry>(growingTo(50_000))

  function read(id: string, hash: Buffer): Promise<ApiKey | null> {
    const startedAt = elapsed()
    const known = entries.get(id)
    const reading = loadApiKeyByHash(db, hash).then(
      (found) => {
        const key = found !== undefined && timingSafeEqual(found.hash, hash) ? found.key : null
        entries.set(id, { key, readAt: startedAt, reading: null })
        return key
      },
      (error: unknown) => {
        const entry = entries.get(id)
        if (entry !== undefined) entry.reading = null
        throw error
      },
    )
    entries.set(id, {
      key: known?.key ?? null,
      readAt: known?.readAt ?? Number.NEGATIVE_INFINITY,
      reading,
    })
    return reading
  }

  function lookUp(secret: string): ApiKey | null | Promise<ApiKey | null> {
    const hash = hashSecret(keyPepper, secret)
    const id = hash.toString('base64')
    const entry = entries.get(id)
    if (entry === undefined) return read(id, hash)
    const age = elapsed() - entry.readAt
    if (age < REFRESH_AFTER_MS) return entry.key
    const reading = entry.reading ?? read(id, hash)
    if (age >= TRUST_FOR_MS) return reading
    // a failure shows when somebody has to wait for the reading
    reading.catch(() => {})
    return entry.key
  }

  function accept(key: ApiKey | null): ApiKey {
    if (key === null) throw new Refusal('key_invalid')
    if (key.revokedAt !== null || key.expiresAt <= clock.now()) throw new Refusal('key_revoked')
    return key
  }

  return {
    authenticate(header) {
      const secret = secretOf(header)
      if (!looksLikeKey(secret)) throw new Refusal('key_invalid')
      const found = lookUp(secret)
      return found instanceof Promise ? found.then(accept) : accept(found)
    },
    forget: () => entries.clear(),
  }
}

function secretOf(header: string | undefined): string {
  if (header === undefined || header === '') throw new Refusal('key_missing')
  const [scheme = '', secret = ''] = header.split(' ', 2)
  if (scheme.toLowerCase() !== 'bearer' || secret === '') throw new Refusal('key_missing')
  return secret
}

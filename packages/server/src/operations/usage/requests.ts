/** What a caller asks for, in the caller's words, and the command that becomes of it. */
import { hash } from 'node:crypto'
import type { Instant } from '../../domain/time/instant.ts'
import { Refusal } from '../../refusal.ts'
import type { CommandKey, UsageCommand } from './commands.ts'

/** One use, in the caller's words. */
export interface UsageInput {
  customer: string
  feature: string
  /** Whole units; positive but for `set`. */
  amount: number
  member?: string | undefined
  idempotencyKey?: string | undefined
  /** When it was used. Only `track` counts at other times than now. */
  at?: Instant | undefined
  metadata?: Record<string, unknown> | undefined
}

export type UsageRequest = UsageInput &
  (
    | { verb: 'consume' | 'set' | 'track' }
    | { verb: 'release'; of?: string | undefined; wholeUse: boolean }
    | { verb: 'reserve'; ttlMs: number }
    | { verb: 'lease'; ttlMs: number; holder: string }
  )

export type Resolved = Pick<UsageCommand, 'customer' | 'onTestClock' | 'feature' | 'amount' | 'member'>

/** @throws Refusal where the verb has no meaning for the feature */
export function commandOf(request: UsageRequest, resolved: Resolved): UsageCommand {
  const { customer, onTestClock, feature, amount, member } = resolved
  const key = keyOf(request)
  const metadata = request.metadata === undefined ? null : JSON.stringify(request.metadata)
  // Spread once, and after the verb: adding to what was spread takes longer than hashing the key.
  const at = request.at ?? null
  const about = { customer, onTestClock, feature, amount, member, key, at, metadata }
  switch (request.verb) {
    case 'consume':
      return { verb: 'consume', ...about }
    case 'track':
      return { verb: 'track', ...about }
    case 'set':
      if (feature.kind !== 'gauge')
        throw new Refusal('feature_kind', {
          param: 'feature',
          values: { feature: request.feature, kind: feature.kind },
        })
      return { verb: 'set', ...about }
    case 'reserve':
      return { verb: 'reserve', ...about, ttlMs: request.ttlMs }
    case 'lease':
      return { verb: 'lease', ...about, ttlMs: request.ttlMs, holder: request.holder }
    case 'release': {
      if (feature.kind === 'gauge') return { verb: 'release', ...about, of: null }
      if (request.of === undefined)
        throw new Refusal('invalid_request', {
          param: 'of',
          errors: [
            {
              param: 'of',
              message: 'Name the use that is given back: its event, or the key it was made under.',
            },
          ],
        })
      const of = UUID.test(request.of) ? { event: request.of } : { keyHash: shortHash(request.of) }
      return { verb: 'release', ...about, of, amount: request.wholeUse ? 0 : amount }
    }
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

function keyOf(request: UsageRequest): CommandKey | null {
  if (request.idempotencyKey === undefined) return null
  if (isPlainTake(request)) {
    // No JSON text begins with a digit.
    const bodyHash = bodyHashOf(`${request.amount} ${request.feature}`)
    return { hash: shortHash(request.idempotencyKey), bodyHash }
  }
  // in JSON, what is undefined is not there
  const metadata = request.metadata === undefined ? undefined : sorted(request.metadata)
  const body = { ...request, metadata, idempotencyKey: undefined, customer: undefined, verb: undefined }
  return keyFrom(request.idempotencyKey, body)
}

/** Members of an object have no order: the same ones are the same body. */
const sorted = (metadata: Record<string, unknown>) =>
  Object.entries(metadata).sort(([one], [other]) => (one < other ? -1 : 1))

/** Of nothing but a feature and an amount, as most are. */
function isPlainTake(request: UsageRequest): boolean {
  if (request.member !== undefined || request.metadata !== undefined) return false
  return request.verb === 'consume' || (request.verb === 'track' && request.at === undefined)
}

export const keyFrom = (key: string, body: unknown): CommandKey => ({
  hash: shortHash(key),
  bodyHash: bodyHashOf(JSON.stringify(body)),
})

/** By what was asked: mostly it is one unit of the same few features, again and again. */
const bodyHashes = new Map<string, string>()
const MOST_BODY_HASHES = 1_000

function bodyHashOf(text: string): string {
  const known = bodyHashes.get(text)
  if (known !== undefined) return known
  const made = shortHash(text)
  if (bodyHashes.size >= MOST_BODY_HASHES) bodyHashes.clear()
  if (text.length <= 100) bodyHashes.set(text, made)
  return made
}

/** 16 bytes are enough to tell keys apart and keep their table narrow. */
const shortHash = (text: string): string => hash('sha256', text, 'hex').slice(0, 32)

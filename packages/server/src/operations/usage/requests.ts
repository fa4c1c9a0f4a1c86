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
  metadata?: Record<string, unknown> | undefined
}

export type UsageRequest = UsageInput &
  (
    | { verb: 'consume' | 'set' }
    | { verb: 'track'; at?: Instant | undefined }
    | { verb: 'release'; of?: string | undefined; wholeUse: boolean }
    | { verb: 'reserve'; ttlMs: number }
    | { verb: 'lease'; ttlMs: number; holder: string }
  )

type Resolved = Pick<
  UsageCommand,
  'customer' | 'onTestClock' | 'feature' | 'amount' | 'member' | 'key' | 'metadata'
>

/** @throws Refusal where the verb has no meaning for the feature */
export function commandOf(request: UsageRequest, resolved: Resolved): UsageCommand {
  switch (request.verb) {
    case 'consume':
      return { ...resolved, verb: 'consume' }
    case 'set':
      if (resolved.feature.kind !== 'gauge')
        throw new Refusal('feature_kind', {
          param: 'feature',
          values: { feature: request.feature, kind: resolved.feature.kind },
        })
      return { ...resolved, verb: 'set' }
    case 'track':
      return { ...resolved, verb: 'track', at: request.at ?? null }
    case 'reserve':
      return { ...resolved, verb: 'reserve', ttlMs: request.ttlMs }
    case 'lease':
      return { ...resolved, verb: 'lease', ttlMs: request.ttlMs, holder: request.holder }
    case 'release': {
      if (resolved.feature.kind === 'gauge') return { ...resolved, verb: 'release', of: null }
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
      return { ...resolved, verb: 'release', of, amount: request.wholeUse ? 0 : resolved.amount }
    }
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function keyOf(request: UsageRequest): CommandKey | null {
  if (request.idempotencyKey === undefined) return null
  // as JSON, what is undefined is not there
  const body = { ...request, idempotencyKey: undefined, customer: undefined, verb: undefined }
  return keyFrom(request.idempotencyKey, body)
}

export const keyFrom = (key: string, body: unknown): CommandKey => ({
  hash: shortHash(key),
  bodyHash: shortHash(JSON.stringify(body)),
})

/** 16 bytes are enough to tell keys apart and keep their table narrow. */
const shortHash = (text: string): string => hash('sha256', text, 'hex').slice(0, 32)

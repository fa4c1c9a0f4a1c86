/**
 * API keys as decisions see them: who asks, in which environment, and what they may do.
 *
 * Owns: the kinds of key and the rules of what each may call and create. Does not own: the secret, its hash, and
 * where keys are stored.
 * Invariant: no key can make one that may do more than itself.
 */
import type { Instant } from '../time/instant.ts'

export type KeyKind = 'secret' | 'restricted' | 'publishable'

export interface ApiKey {
  id: string
  kind: KeyKind
  name: string
  /** Only for `restricted`; the other kinds have what their kind allows. */
  scopes: readonly string[]
  environment: { id: number; name: string; mode: 'test' | 'live' }
  /** Requests a minute by class, where this key's differ from the installation's. */
  rateLimits: Readonly<Partial<Record<RateClass, number>>>
  expiresAt: Instant
  revokedAt: Instant | null
}

/** A key as it is kept, without its secret. */
export interface StoredApiKey extends ApiKey {
  /** The first and last characters of the secret. */
  hint: string
  createdAt: Instant
  rolledTo: string | null
}

export const rateClasses = ['usage', 'quota', 'read', 'write'] as const
/** `usage`: check, consume and their like; `quota`: what is included and left; `read` and `write`: the rest. */
export type RateClass = (typeof rateClasses)[number]

export function mayCall(
  key: Pick<ApiKey, 'kind' | 'scopes'>,
  call: { scope: string; publishable?: boolean | undefined },
): boolean {
  if (key.kind === 'secret') return true
  if (key.kind === 'publishable') return call.publishable === true
  return key.scopes.includes(call.scope)
}

/** A secret key may make any; a restricted one only a restricted one with a part of its own scopes. */
export function mayCreate(
  maker: Pick<ApiKey, 'kind' | 'scopes'>,
  made: { kind: KeyKind; scopes: readonly string[] },
): boolean {
  if (maker.kind === 'secret') return true
  if (maker.kind === 'publishable' || made.kind !== 'restricted') return false
  return made.scopes.every((scope) => maker.scopes.includes(scope))
}

/**
 * One key, one effect: the answer that is stored under a caller's idempotency key.
 *
 * Owns: what a key's scope is, when two bodies are the same, what is sealed. Does not own: the table
 * (`store/idempotent-answers.ts`) and the keys of usage calls, which the usage writer keeps.
 * Invariant: an answer is stored in the transaction of its effect, or not at all; a replay has its bytes.
 */
import { createHash, hkdfSync } from 'node:crypto'
import type { Instant } from '../../domain/time/instant.ts'
import { Refusal } from '../../refusal.ts'
import { claimAnswer, insertAnswer } from '../../store/idempotent-answers.ts'
import type { AnswerKey } from '../../store/idempotent-answers.ts'
import type { Transaction } from '../../store/database/pool.ts'
import { seal, unseal } from '../seal.ts'

export interface AnswerScope {
  environment: number
  method: string
  route: string
  params: Record<string, unknown>
  /** The parsed body without its idempotency key. */
  body: unknown
  key: string
}

export interface Answer {
  status: number
  text: string
  replayed: boolean
}

/**
 * Runs `effect` unless its answer is stored already; stores it if not. In the transaction of the effect.
 *
 * @throws Refusal `idempotency_key_in_flight`, `idempotency_key_reused`, and what the effect refuses
 */
export async function answerOnce(
  tx: Transaction,
  scope: AnswerScope,
  options: { now: Instant; seal: Buffer | null },
  effect: () => Promise<{ status: number; text: string }>,
): Promise<Answer> {
  const answerKey = answerKeyOf(scope)
  const bodyHash = createHash('sha256').update(canonicalJson(scope.body)).digest()
  const claimed = await claimAnswer(tx, answerKey)
  if (claimed.inFlight) throw new Refusal('idempotency_key_in_flight', { retryAfterSeconds: 1 })
  if (claimed.answer !== undefined) {
    const { answer } = claimed
    if (!answer.bodyHash.equals(bodyHash))
      throw new Refusal('idempotency_key_reused', { param: 'idempotencyKey' })
    const body = answer.sealed ? unseal(answer.body, sealKey(options.seal, scope)) : answer.body
    return { status: answer.status, text: body.toString('utf8'), replayed: true }
  }
  const { status, text } = await effect()
  const bytes = Buffer.from(text, 'utf8')
  const sealed = options.seal !== null
  const body = sealed ? seal(bytes, sealKey(options.seal, scope)) : bytes
  await insertAnswer(tx, answerKey, { bodyHash, status, body, sealed }, options.now)
  return { status, text, replayed: false }
}

function answerKeyOf(scope: AnswerScope): AnswerKey {
  const customer = (scope.body as { customer?: unknown } | null | undefined)?.customer
  const parts = [scope.method, scope.route, ...Object.values(scope.params)]
  if (typeof customer === 'string') parts.push(customer)
  const name = parts.join(' ')
  const keyHash = createHash('sha256').update(`${scope.environment}\n${name}\n${scope.key}`).digest()
  return { environment: scope.environment, scope: name, keyHash }
}

/** JSON with the keys of each object in order, so that the same request written differently is the same. */
export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_name, member: unknown) =>
      member !== null && typeof member === 'object' && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
        : member,
    ) ?? 'null'
  )
}

// The database has a hash of the idempotency key only, so what is sealed with the key can't be read from a copy of it.
function sealKey(pepper: Buffer | null, scope: AnswerScope): Buffer {
  return Buffer.from(hkdfSync('sha256', scope.key, pepper ?? '', 'idempotent answer', 32))
}

import { createHash } from 'node:crypto'
import type { OperationContext } from '../../context.ts'
import { Refusal } from '../../refusal.ts'
import { bindCommandKey, findCommandKey } from '../../store/command-keys.ts'
import { canonicalJson } from './answer-once.ts'

/**
 * Begins something once: what is begun under a caller's key is remembered with its id, and the same key finds it again.
 * For commands that cross several transactions. Call it with the customer's head locked.
 *
 * @param begin makes it, and answers the id to find it by
 * @throws Refusal `idempotency_key_reused` for the same key with another body
 */
export async function beginOnce(
  ctx: OperationContext,
  { customer, verb, key, body }: { customer: number; verb: string; key: string | undefined; body: unknown },
  begin: () => Promise<string>,
): Promise<{ reference: string; replayed: boolean }> {
  if (key === undefined) return { reference: await begin(), replayed: false }
  const command = {
    environment: ctx.environment.id,
    customer,
    verb,
    keyHash: createHash('sha256').update(key).digest(),
  }
  const bodyHash = createHash('sha256').update(canonicalJson(body)).digest()
  const known = await findCommandKey(ctx.tx, command)
  if (known !== null) {
    if (!known.bodyHash.equals(bodyHash))
      throw new Refusal('idempotency_key_reused', { param: 'idempotencyKey' })
    return { reference: known.reference, replayed: true }
  }
  const reference = await begin()
  await bindCommandKey(ctx.tx, command, { bodyHash, reference }, ctx.clock.now())
  return { reference, replayed: false }
}

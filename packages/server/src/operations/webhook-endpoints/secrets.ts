import { hkdfSync } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { newWebhookSecret } from '../../providers/webhooks/sign.ts'
import type { Transaction } from '../../store/database/pool.ts'
import { addWebhookSecret, loadWebhookSecrets } from '../../store/webhook-endpoints.ts'
import { seal, unseal } from '../seal.ts'

const keyOf = (pepper: Buffer): Buffer => Buffer.from(hkdfSync('sha256', pepper, '', 'webhook secret', 32))

/** Makes a secret, stores it sealed, and answers it this once. The others go on until `othersEndAt`. */
export async function makeSecret(
  ctx: Pick<Context, 'keyPepper'> & { tx: Transaction },
  environment: number,
  endpoint: string,
  { now, othersEndAt }: { now: Instant; othersEndAt: Instant },
): Promise<string> {
  const secret = newWebhookSecret()
  const sealed = seal(Buffer.from(secret), keyOf(ctx.keyPepper))
  await addWebhookSecret(ctx.tx, environment, { endpoint, sealed, createdAt: now, othersEndAt })
  return secret
}

/** What is to be signed with now, the newest first. */
export async function loadSecrets(
  ctx: Pick<Context, 'db' | 'keyPepper'>,
  environment: number,
  endpoint: string,
  now: Instant,
): Promise<string[]> {
  const key = keyOf(ctx.keyPepper)
  const sealed = await loadWebhookSecrets(ctx.db, environment, endpoint, now)
  return sealed.map((each) => unseal(each, key).toString())
}

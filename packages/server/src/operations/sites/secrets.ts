import { hkdfSync } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { newWebhookSecret } from '../../providers/webhooks/sign.ts'
import type { Transaction } from '../../store/database/pool.ts'
import { addSiteSecret, loadSiteSecrets } from '../../store/sites.ts'
import { seal, unseal } from '../seal.ts'

const keyOf = (pepper: Buffer): Buffer => Buffer.from(hkdfSync('sha256', pepper, '', 'site secret', 32))

/** Makes a secret, stores it sealed, and answers it this once. The others go on until `othersEndAt`. */
export async function makeSiteSecret(
  ctx: Pick<Context, 'keyPepper'> & { tx: Transaction },
  environment: number,
  customer: number,
  { now, othersEndAt }: { now: Instant; othersEndAt: Instant },
): Promise<string> {
  const secret = newWebhookSecret()
  const sealed = seal(Buffer.from(secret), keyOf(ctx.keyPepper))
  await addSiteSecret(ctx.tx, environment, { customer, sealed, createdAt: now, othersEndAt })
  return secret
}

/** What is to be signed with now, the newest first. */
export async function readSiteSecrets(
  ctx: Pick<Context, 'db' | 'keyPepper'>,
  environment: number,
  customer: number,
  now: Instant,
): Promise<string[]> {
  const key = keyOf(ctx.keyPepper)
  const sealed = await loadSiteSecrets(ctx.db, environment, customer, now)
  return sealed.map((each) => unseal(each, key).toString())
}

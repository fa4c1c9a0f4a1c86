import type { Context } from '../../context.ts'
import { loadApiKeyByHash } from '../../store/api-keys.ts'
import { hashSecret, looksLikeKey } from './secret.ts'

/** Is this a key that can be used now? */
export async function keyWorks({ db, keyPepper, clock }: Context, secret: string): Promise<boolean> {
  if (!looksLikeKey(secret)) return false
  const found = await loadApiKeyByHash(db, hashSecret(keyPepper, secret))
  return found !== undefined && found.key.revokedAt === null && found.key.expiresAt > clock.now()
}

import { randomBytes } from 'node:crypto'
import type { Context } from '../../context.ts'
import { loadOperatorPasswordHash, saveOperator } from '../../store/installation.ts'
import { hashPassword, verifyPassword } from './password.ts'

/** An operator whose password is known: the given one while it is right, else a new one. Answers the password. */
export async function ensureOperator(
  { db, clock }: Context,
  email: string,
  password: string | undefined,
): Promise<string> {
  const stored = await loadOperatorPasswordHash(db, email)
  if (password !== undefined && stored !== undefined && (await verifyPassword(password, stored)))
    return password
  const fresh = randomBytes(18).toString('base64url')
  await saveOperator(db, { email, passwordHash: await hashPassword(fresh), createdAt: clock.now() })
  return fresh
}

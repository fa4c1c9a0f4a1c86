/**
 * What a developer needs to begin, in `<data directory>/credentials.json` (mode 0600).
 *
 * Owns: the file, and making what it tells of. Invariant: what the file says works; what no longer does is made anew.
 */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeyKind } from '../domain/keys/model.ts'
import type { Engine } from '../engine.ts'
import { createKey } from '../operations/keys/create.ts'
import { hashSecret, looksLikeKey } from '../operations/keys/secret.ts'
import { hashPassword, verifyPassword } from '../operations/operators/password.ts'
import { NEVER_EXPIRES, loadApiKeyByHash } from '../store/api-keys.ts'
import { loadOperatorPasswordHash, saveOperator } from '../store/installation.ts'
import { inEnvironment } from './engine.ts'

export interface Credentials {
  url: string
  secretKey: string
  publishableKey: string
  operatorEmail: string
  operatorPassword: string
}

const EMAIL = 'operator@tollkeeper.localhost'

export async function ensureCredentials(
  engine: Engine,
  dataDirectory: string,
  url: string,
): Promise<Credentials> {
  const path = join(dataDirectory, 'credentials.json')
  const known = await readCredentials(path)
  const credentials: Credentials = {
    url,
    secretKey: await ensureKey(engine, 'secret', known.secretKey),
    publishableKey: await ensureKey(engine, 'publishable', known.publishableKey),
    ...(await ensureOperator(engine, known)),
  }
  await mkdir(dataDirectory, { recursive: true })
  const draft = `${path}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 })
  await chmod(draft, 0o600)
  await rename(draft, path)
  return credentials
}

async function readCredentials(path: string): Promise<Partial<Credentials>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Partial<Credentials>
  } catch {
    // absent at the first start; unreadable means the same: it is written anew
    return {}
  }
}

async function ensureKey(engine: Engine, kind: KeyKind, known: string | undefined): Promise<string> {
  const { db, keyPepper, clock } = engine.context
  if (typeof known === 'string' && looksLikeKey(known)) {
    const found = await loadApiKeyByHash(db, hashSecret(keyPepper, known))
    if (found !== undefined && found.key.revokedAt === null && found.key.expiresAt > clock.now()) return known
  }
  const { secret } = await inEnvironment(engine, 'test', (ctx) =>
    createKey(ctx, null, {
      kind,
      name: 'Made at the first start',
      scopes: [],
      expiresAt: NEVER_EXPIRES,
      rateLimits: {},
    }),
  )
  return secret
}

async function ensureOperator(
  engine: Engine,
  { operatorEmail = EMAIL, operatorPassword }: Partial<Credentials>,
): Promise<Pick<Credentials, 'operatorEmail' | 'operatorPassword'>> {
  const { db, clock } = engine.context
  const stored = await loadOperatorPasswordHash(db, operatorEmail)
  if (
    operatorPassword !== undefined &&
    stored !== undefined &&
    (await verifyPassword(operatorPassword, stored))
  ) {
    return { operatorEmail, operatorPassword }
  }
  const password = randomBytes(18).toString('base64url')
  const passwordHash = await hashPassword(password)
  await saveOperator(db, { email: operatorEmail, passwordHash, createdAt: clock.now() })
  return { operatorEmail, operatorPassword: password }
}

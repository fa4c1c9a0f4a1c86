/**
 * What a developer needs to begin, in `<data directory>/credentials.json` (mode 0600).
 *
 * Owns: the file, and making what it tells of. Invariant: what the file says works; what no longer does is made anew.
 */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeyKind } from '../domain/keys/model.ts'
import { END_OF_TIME } from '../domain/time/instant.ts'
import type { Engine } from '../engine.ts'
import { createKey } from '../operations/keys/create.ts'
import { keyWorks } from '../operations/keys/works.ts'
import { ensureOperator } from '../operations/operators/ensure.ts'
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
  const operatorEmail = known.operatorEmail ?? EMAIL
  const credentials: Credentials = {
    url,
    secretKey: await ensureKey(engine, 'secret', known.secretKey),
    publishableKey: await ensureKey(engine, 'publishable', known.publishableKey),
    operatorEmail,
    operatorPassword: await ensureOperator(engine.context, operatorEmail, known.operatorPassword),
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

async function ensureKey(engine: Engine, kind: KeyKind, known: unknown): Promise<string> {
  if (typeof known === 'string' && (await keyWorks(engine.context, known))) return known
  const name = 'Made at the first start'
  const { secret } = await inEnvironment(engine, 'test', (ctx) =>
    createKey(ctx, null, { kind, name, scopes: [], expiresAt: END_OF_TIME, rateLimits: {} }),
  )
  return secret
}

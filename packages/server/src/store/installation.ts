/**
 * The installation: the secret that key hashes are made with, and its environments.
 *
 * Owns: the tables installation, environment and operator. Does not own: keys (`api-keys.ts`).
 * Invariant: there is one installation row and one `test` and one `live` environment, however many processes start
 * at the same moment on an empty database.
 */
import type { Environment } from '../context.ts'
import type { Instant } from '../domain/time/instant.ts'
import { timestampParameter } from './database/type-parsers.ts'
import type { Queryable } from './database/pool.ts'

export interface Installation {
  keyPepper: Buffer
}

export interface EnvironmentSettings extends Environment {
  allowedOrigins: string[]
  createdAt: Instant
}

/** Makes what a new database lacks, and reads what there is. `proposedPepper` is used only by the first. */
export async function ensureInstallation(
  db: Queryable,
  proposedPepper: Buffer,
  now: Instant,
): Promise<Installation> {
  const at = timestampParameter(now)
  await db.query({
    text: `insert into installation (key_pepper, created_at) values ($1, $2::timestamptz) on conflict do nothing`,
    values: [proposedPepper, at],
  })
  await db.query({
    text: `insert into environment (id, name, mode, allowed_origins, created_at) values
        (1, 'test', 'test', array['http://localhost:*', 'http://127.0.0.1:*'], $1::timestamptz),
        (2, 'live', 'live', '{}', $1::timestamptz)
      on conflict do nothing`,
    values: [at],
  })
  const { rows } = await db.query<{ key_pepper: Buffer }>('select key_pepper from installation')
  return { keyPepper: (rows[0] as { key_pepper: Buffer }).key_pepper }
}

type EnvironmentRow = {
  id: number
  name: string
  mode: 'test' | 'live'
  allowed_origins: string[]
  created_at: Instant
}

const environmentColumns = 'id, name, mode, allowed_origins, created_at'

const environmentOf = (row: EnvironmentRow): EnvironmentSettings => ({
  id: row.id,
  name: row.name,
  mode: row.mode,
  allowedOrigins: row.allowed_origins,
  createdAt: row.created_at,
})

export async function loadEnvironments(db: Queryable): Promise<EnvironmentSettings[]> {
  const { rows } = await db.query<EnvironmentRow>({
    name: 'load-environments',
    text: `select ${environmentColumns} from environment order by id`,
  })
  return rows.map(environmentOf)
}

export async function loadEnvironment(db: Queryable, id: number): Promise<EnvironmentSettings> {
  const { rows } = await db.query<EnvironmentRow>({
    text: `select ${environmentColumns} from environment where id = $1`,
    values: [id],
  })
  if (rows[0] === undefined) throw new Error(`There is no environment ${id}`)
  return environmentOf(rows[0])
}

export async function saveAllowedOrigins(
  db: Queryable,
  id: number,
  origins: readonly string[],
): Promise<void> {
  await db.query({ text: 'update environment set allowed_origins = $2 where id = $1', values: [id, origins] })
}

/** Sets the operator's password, making the operator if need be. `passwordHash` is a scrypt hash. */
export async function saveOperator(
  db: Queryable,
  operator: { email: string; passwordHash: string; createdAt: Instant },
): Promise<void> {
  await db.query({
    text: `insert into operator (email, password_hash, created_at) values ($1, $2, $3::timestamptz)
      on conflict (email) do update set password_hash = excluded.password_hash`,
    values: [operator.email, operator.passwordHash, timestampParameter(operator.createdAt)],
  })
}

export async function loadOperatorPasswordHash(db: Queryable, email: string): Promise<string | undefined> {
  const { rows } = await db.query<{ password_hash: string }>({
    text: 'select password_hash from operator where email = $1',
    values: [email],
  })
  return rows[0]?.password_hash
}

import { scopes as allScopes } from '@tollkeeper/contract'
import type { KeyScope } from '@tollkeeper/contract'
import type { KeyKind, StoredApiKey } from '../domain/keys/model.ts'
import { END_OF_TIME, toIsoOrNull } from '../domain/time/instant.ts'
import { createKey } from '../operations/keys/create.ts'
import { listKeys } from '../operations/keys/list.ts'
import { revokeKey } from '../operations/keys/revoke.ts'
import { rollKey } from '../operations/keys/roll.ts'
import { inEnvironment, withEngine } from './engine.ts'
import { say } from './say.ts'
import { SettingProblem, readSettings } from './settings.ts'

const MOST_KEYS_LISTED = 1_000

export interface KeyOptions {
  environment: string
  json?: boolean
}

export async function createKeyCommand(
  options: KeyOptions & { kind: string; name: string; scopes?: string },
): Promise<void> {
  const kind = oneOf<KeyKind>(options.kind, ['secret', 'restricted', 'publishable'], '--kind')
  const scopes = (options.scopes ?? '').split(',').filter((scope) => scope !== '')
  const command = {
    kind,
    name: options.name,
    scopes: scopes.map((scope) => oneOf<KeyScope>(scope, allScopes, '--scopes')),
    expiresAt: END_OF_TIME,
    rateLimits: {},
  }
  const made = await withEngine(readSettings(), (engine) =>
    inEnvironment(engine, options.environment, (ctx) => createKey(ctx, null, command)),
  )
  tellSecret(made, options.json)
}

export async function rollKeyCommand(
  id: string,
  options: KeyOptions & { overlapHours: string },
): Promise<void> {
  const overlapHours = Number(options.overlapHours)
  if (!(overlapHours >= 0 && overlapHours <= 720))
    throw new SettingProblem('--overlap-hours is a number from 0 to 720.')
  const made = await withEngine(readSettings(), (engine) =>
    inEnvironment(engine, options.environment, (ctx) => rollKey(ctx, null, { id, overlapHours })),
  )
  tellSecret(made, options.json)
}

export async function revokeKeyCommand(id: string, options: KeyOptions): Promise<void> {
  const key = await withEngine(readSettings(), (engine) =>
    inEnvironment(engine, options.environment, (ctx) => revokeKey(ctx, null, id)),
  )
  say(options.json === true ? JSON.stringify(shown(key)) : `${key.id} is revoked.`)
}

export async function listKeysCommand(options: KeyOptions): Promise<void> {
  const { keys } = await withEngine(readSettings(), (engine) =>
    inEnvironment(engine, options.environment, (ctx) => listKeys(ctx, { limit: MOST_KEYS_LISTED })),
  )
  if (options.json === true) return say(JSON.stringify(keys.map(shown)))
  for (const key of keys) {
    const { state } = shown(key)
    say([key.id, key.hint, key.kind.padEnd(11), state.padEnd(8), key.name].join('  '))
  }
  if (keys.length === 0) say('There are no keys. Make one with: tollkeeper keys create')
}

function tellSecret(
  { key, secret }: { key: StoredApiKey; secret: string },
  asJson: boolean | undefined,
): void {
  if (asJson === true) return say(JSON.stringify({ ...shown(key), secret }))
  say(`${secret}\n\nThis is the ${key.kind} key ${key.id}. It is shown once: keep it now.`)
}

function shown(key: StoredApiKey) {
  const { id, kind, name, scopes, hint, environment } = key
  return {
    id,
    kind,
    name,
    scopes,
    hint,
    environment: environment.name,
    state: key.revokedAt === null ? (Number.isFinite(key.expiresAt) ? 'ends' : 'active') : 'revoked',
    expiresAt: toIsoOrNull(key.expiresAt),
  }
}

function oneOf<Choice extends string>(value: string, choices: readonly Choice[], option: string): Choice {
  if ((choices as readonly string[]).includes(value)) return value as Choice
  throw new SettingProblem(`${option} can't be "${value}". Choose among: ${choices.join(', ')}.`)
}

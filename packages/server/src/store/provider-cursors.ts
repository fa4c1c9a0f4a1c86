/** How far into a provider's list of events an environment has read. */
import type { Queryable } from './database/pool.ts'

export async function loadProviderCursor(
  db: Queryable,
  environment: number,
  provider: string,
): Promise<string | null> {
  const { rows } = await db.query<{ after: string }>({
    name: 'provider-cursor',
    text: 'select after from provider_cursor where environment = $1 and provider = $2',
    values: [environment, provider],
  })
  return rows[0]?.after ?? null
}

/** Another process may have read on meanwhile, or not as far: what is read twice is stored once. */
export async function saveProviderCursor(
  db: Queryable,
  environment: number,
  provider: string,
  after: string,
): Promise<void> {
  await db.query({
    name: 'save-provider-cursor',
    text: `insert into provider_cursor (environment, provider, after) values ($1, $2, $3)
           on conflict (environment, provider) do update set after = excluded.after`,
    values: [environment, provider, after],
  })
}

/**
 * The service itself, as small as it can be: what it has is in memory, what it may have is asked of the engine.
 *
 * Owns: the resources, and the one way to make one. Invariant: nothing is created that was not taken, and nothing
 * stays taken that was not created. Jobs and scripts create through here too, so nothing is created around the quota.
 */
import { isTollkeeperError, RefusedError } from '@tollkeeper/client'
import type { Client, Consumed } from '@tollkeeper/client'
import { randomUUID } from 'node:crypto'

export type Kind = 'sites' | 'agents' | 'queues' | 'tickets'

export interface Resource {
  id: string
  tenant: string
  kind: Kind
  name: string
}

export interface Application {
  /** @throws QuotaExceededError, RefusedError, or whatever the database says; then nothing is created and nothing taken */
  create(tenant: string, kind: Kind, name: string): Promise<Resource>
  /** Asks nobody: changing what is there takes nothing. */
  rename(id: string, name: string): Resource
  remove(id: string): Promise<void>
  list(tenant: string, kind: Kind): Resource[]
}

/** What is created must have a name of its own in its tenant, as a unique index would say. */
class NameTaken extends Error {}

export function createApplication(client: Client, { language = 'fr' } = {}): Application {
  const rows = new Map<string, Resource>()
  const insert = (resource: Resource): Resource => {
    const { tenant, kind, name } = resource
    const isTaken = [...rows.values()].some(
      (row) => row.tenant === tenant && row.kind === kind && row.name === name,
    )
    if (isTaken) throw new NameTaken(`${tenant} has ${kind} called ${name} already`)
    rows.set(resource.id, resource)
    return resource
  }
  const find = (id: string): Resource => {
    const row = rows.get(id)
    if (row === undefined) throw new Error(`There is no ${id}`)
    return row
  }
  return {
    create(tenant, kind, name) {
      const id = randomUUID()
      return takeThenCreate(client, { customer: tenant, feature: kind, id, language }, () =>
        insert({ id, tenant, kind, name }),
      )
    },
    rename(id, name) {
      const row = { ...find(id), name }
      rows.set(id, row)
      return row
    },
    async remove(id) {
      const { tenant, kind } = find(id)
      rows.delete(id)
      // a ticket that was issued stays issued; everything else is free again
      if (kind === 'tickets') return
      await client.release({ customer: tenant, feature: kind, idempotencyKey: `${id}:removed` })
    },
    list: (tenant, kind) => [...rows.values()].filter((row) => row.tenant === tenant && row.kind === kind),
  }
}

interface Taking {
  customer: string
  feature: string
  /** Of what is to be created: the same in every try of this creation. */
  id: string
  language: string
}

/**
 * Takes one unit, creates, and gives the unit back if that fails.
 *
 * @throws what `create` throws; RefusedError when nothing may be taken
 * @example await takeThenCreate(client, { customer, feature: 'sites', id, language: 'fr' }, () => database.insert(site))
 */
export async function takeThenCreate<Created>(
  client: Client,
  { customer, feature, id, language }: Taking,
  create: () => Promise<Created> | Created,
): Promise<Created> {
  const taken = await client.consumeOrThrow({ customer, feature, idempotencyKey: id }, { language })
  try {
    return await create()
  } catch (error) {
    await giveBack(client, taken, id)
    throw error
  }
}

/** What is held is given back by amount; what is used up, by naming the use. */
async function giveBack(client: Client, { customer, feature, event }: Consumed, id: string): Promise<void> {
  const back = { customer, feature, idempotencyKey: `${id}:back` }
  await client.release(feature === 'tickets' ? { ...back, of: event } : back)
}

/** What the service answers to its own callers: 403 with the engine's sentence, in the words of the reader. */
export function problemOf(error: unknown): {
  status: number
  code: string
  detail: string
  plan: string | null
} {
  if (error instanceof RefusedError) {
    const { code, message, upgrade } = error.decision
    return { status: 403, code, detail: message, plan: upgrade?.name ?? null }
  }
  if (error instanceof NameTaken)
    return { status: 409, code: 'name_taken', detail: error.message, plan: null }
  if (isTollkeeperError(error)) return { status: 502, code: error.code, detail: error.message, plan: null }
  throw error
}

/**
 * A tenant's site, on a host of its own: it holds files, its members use tokens, and it knows what was bought.
 *
 * Owns: the files. Does not own: any limit. Invariant: no upload scans the files; the engine's gauge is the total,
 * and the daily recount puts it right.
 */
import type { Client, CustomerEntitlements, Refused } from '@tollkeeper/client'

export interface Site {
  /** Null when it was stored; else why not, and then nothing is stored and nothing taken. */
  upload(name: string, bytes: number): Promise<Refused | null>
  remove(name: string): Promise<void>
  /** States what is really there: once a day. Answers by how much the gauge was wrong. */
  recount(): Promise<number>
  /** Reports what a call has used. The same code for every plan. */
  recordTokens(member: string, tokens: number, call: string): Promise<void>
  /** What was bought: from memory as long as nothing has changed. */
  details(): Promise<CustomerEntitlements>
}

/** Where the bytes go. The name is for the site alone; the engine only ever hears sizes. */
export interface Disk {
  files: Map<string, number>
  write(name: string, bytes: number): void
}

export function createSite(client: Client, customer: string, disk: Disk): Site {
  let known: CustomerEntitlements | undefined
  return {
    async upload(name, bytes) {
      const before = disk.files.get(name) ?? 0
      const taken = await client.consume({ customer, feature: 'storage', amount: bytes })
      if (!taken.allowed) return taken
      try {
        disk.write(name, bytes)
      } catch (error) {
        await client.release({ customer, feature: 'storage', amount: bytes })
        throw error
      }
      // the file that it replaces is gone only now
      if (before > 0) await client.release({ customer, feature: 'storage', amount: before })
      return null
    },
    async remove(name) {
      const bytes = disk.files.get(name) ?? 0
      if (!disk.files.delete(name) || bytes === 0) return
      await client.release({ customer, feature: 'storage', amount: bytes })
    },
    async recount() {
      const total = [...disk.files.values()].reduce((sum, bytes) => sum + bytes, 0)
      const before = (await client.usageOf(customer)).storage?.current ?? 0
      const level = await client.set({ customer, feature: 'storage', amount: total })
      return level.used - before
    },
    async recordTokens(member, tokens, call) {
      await client.track([{ customer, member, feature: 'ai_tokens', amount: tokens, idempotencyKey: call }])
    },
    async details() {
      if (known !== undefined) {
        const answer = await client.customers.entitlements(customer, { version: known.version })
        if ('unchanged' in answer) return known
      }
      known = await client.entitlementsOf(customer)
      return known
    },
  }
}

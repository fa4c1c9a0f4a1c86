/**
 * Asking the sites that are due: claim, commit, ask, record.
 *
 * Owns: that order, and how many are asked at once. Does not own: when a site is due and what its answer leads to
 * (`domain/sites/`), the asking (`providers/sites/`).
 * Invariant: no transaction is open while a site thinks, and one that never answers keeps its own place alone. Whoever
 * dies meanwhile has changed nothing: another process asks again.
 */
import type { Context } from '../../context.ts'
import { concludeVisit, subscriptionCountedBy } from '../../domain/sites/conclude-visit.ts'
import type { SiteAnswer } from '../../domain/sites/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { newId } from '../../ids.ts'
import { loadCustomerState } from '../../store/customer-state.ts'
import { transaction } from '../../store/database/transaction.ts'
import { claimSites, loadClaimedSite, saveSite, type ClaimedSite } from '../../store/sites.ts'
import { changeCustomer } from '../customers/command.ts'
import { readSiteSecrets } from './secrets.ts'

const AT_ONCE = 20
/** Longer than a site may take to answer and recording may take. */
const CLAIM_MS = 60_000

export interface SiteVisitor {
  /** Takes up what is due and begins to ask. */
  run(): Promise<{ handled: number }>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

export function createSiteVisitor(ctx: Context, atOnce = AT_ONCE): SiteVisitor {
  const underWay = new Set<Promise<void>>()
  const begin = (site: ClaimedSite) => {
    const visit: Promise<void> = visitSite(ctx, site)
      .catch((error: unknown) => {
        // the claim runs out, and it is asked again
        ctx.logger.error({ err: error, customer: site.customerKey }, 'A visit to a site was not recorded')
      })
      .then(() => void underWay.delete(visit))
    underWay.add(visit)
  }
  return {
    async run() {
      const room = atOnce - underWay.size
      if (room === 0) return { handled: 0 }
      const now = ctx.clock.now()
      const claimed = await claimSites(ctx.db, { now, until: now + CLAIM_MS, limit: room })
      for (const site of claimed) begin(site)
      return { handled: claimed.length }
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}

/** Asks the sites of a test clock's customers that are due at its time. @returns how many */
export async function visitSitesOfClock(
  ctx: Context,
  clock: { environment: number; id: string; at: Instant },
): Promise<number> {
  const now = ctx.clock.now()
  const claimed = await claimSites(ctx.db, { now, until: now + CLAIM_MS, limit: AT_ONCE, clock })
  await Promise.all(claimed.map((site) => visitSite(ctx, site)))
  return claimed.length
}

async function visitSite(ctx: Context, claimed: ClaimedSite): Promise<void> {
  const { environment, customer } = claimed
  const answer = await ask(ctx, claimed)
  await transaction(ctx.db, (tx) => {
    const command = { ...ctx, tx, environment, actor: 'job:sync-seats' }
    return changeCustomer(
      command,
      customer,
      async (state) => {
        const site = await loadClaimedSite(tx, environment.id, claimed)
        if (site === null) return { state, events: [] }
        const concluded = concludeVisit(state, site, answer)
        await saveSite(tx, environment.id, customer, concluded.site)
        return concluded.change
      },
      { acceptDeleted: true },
    )
  })
}

/** @returns null where there is nothing to count for */
async function ask(ctx: Context, claimed: ClaimedSite): Promise<SiteAnswer | null> {
  const { environment, customer, customerKey, url, quantity } = claimed
  const state = await loadCustomerState(ctx.db, { ...ctx, environment }, customer, { acceptDeleted: true })
  if (state.customer.deletedAt !== null || subscriptionCountedBy(state, { quantity }) === null) return null
  const now = ctx.clock.now()
  return ctx.askSite({
    id: newId('ask', environment.mode === 'live', now),
    url,
    customer: customerKey,
    quantity,
    secrets: await readSiteSecrets(ctx, environment.id, customer, now),
    now,
    livemode: environment.mode === 'live',
  })
}

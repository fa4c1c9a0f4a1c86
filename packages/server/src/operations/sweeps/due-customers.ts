/**
 * Sweeping live customers: lifecycle, boundaries, invoices, revenue, holds. Customers of test clocks are swept by their clock.
 *
 * Owns: claiming, one transaction per customer, and patience with a customer that fails.
 * Invariant: any number of processes sweep side by side; a failing customer keeps none of the others waiting.
 */
import type { Context } from '../../context.ts'
import { DatabaseUnavailable } from '../../store/database/errors.ts'
import { transaction } from '../../store/database/transaction.ts'
import { claimHead, loadDueCustomers } from '../../store/due.ts'
import type { DueCustomer, DueKind } from '../../store/due.ts'
import { sweepCustomer } from './customer.ts'
import type { CustomerSweeps } from './customer.ts'

const BATCH = 100
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 300_000

/** Customers that failed, and when they are tried again. In memory: after a restart trying at once is right. */
interface Failing {
  attempts: number
  retryAt: number
}

export interface SweepResult {
  handled: number
  /** Customers that failed and wait for another try. */
  failing: number
  more: boolean
}

/** A sweep that remembers whom to be patient with. @param job its name, for the log and as the actor of what it does */
export function createSweep(job: string, kind: DueKind, sweeps: CustomerSweeps, batch = BATCH) {
  const failing = new Map<number, Failing>()
  return {
    async run(ctx: Context): Promise<SweepResult> {
      const now = ctx.clock.now()
      const except = [...failing].filter(([, { retryAt }]) => retryAt > now).map(([customer]) => customer)
      const due = await loadDueCustomers(ctx.db, kind, { now, except, limit: batch })
      let handled = 0
      for (const each of due) {
        const done = await sweepOne(ctx, job, sweeps, each, failing)
        if (done) handled += 1
      }
      return { handled, failing: failing.size, more: handled > 0 }
    },
  }
}

async function sweepOne(
  ctx: Context,
  job: string,
  sweeps: CustomerSweeps,
  { environment, customer }: DueCustomer,
  failing: Map<number, Failing>,
): Promise<boolean> {
  try {
    const handled = await transaction(ctx.db, async (tx) => {
      if (!(await claimHead(tx, environment.id, customer))) return 0
      return sweepCustomer(
        { ...ctx, tx, environment, actor: `job:${job}` },
        sweeps,
        customer,
        ctx.clock.now(),
      )
    })
    failing.delete(customer)
    return handled > 0
  } catch (error) {
    // that is nobody's own failure: the whole run stops and is tried again
    if (error instanceof DatabaseUnavailable) throw error
    const attempts = (failing.get(customer)?.attempts ?? 0) + 1
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS)
    failing.set(customer, { attempts, retryAt: ctx.clock.now() + pauseMs })
    ctx.logger.error(
      { err: error, job, environment: environment.name, customer, attempts, pauseMs },
      'A customer could not be swept; it is tried again',
    )
    return false
  }
}

/**
 * Sweeping live customers: lifecycle, boundaries, invoices, revenue, holds. Customers of test clocks are swept by their clock.
 *
 * Owns: claiming, which customers share a transaction, and patience with a customer that fails.
 * Invariant: any number of processes sweep side by side; a failing customer keeps none of the others waiting.
 */
import type { Context, Environment } from '../../context.ts'
import { DatabaseUnavailable } from '../../store/database/errors.ts'
import { gather } from '../../store/database/gather.ts'
import { transaction } from '../../store/database/transaction.ts'
import { lockBalancesOf } from '../../store/customer-state.ts'
import { claimHeads, loadDueCustomers } from '../../store/due.ts'
import type { DueCustomer, DueKind } from '../../store/due.ts'
import { sweepCustomer } from './customer.ts'
import type { CustomerSweeps } from './customer.ts'

const BATCH = 1_000
/** Customers of one transaction, and transactions side by side: while one writes, others read and decide. */
const TOGETHER = 50
const LANES = 3
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
      const waiting = groupsOf(due)
      let handled = 0
      const lane = async () => {
        for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
          handled += await sweepGroup({ ctx, job, sweeps, failing }, group)
        }
      }
      await Promise.all(Array.from({ length: LANES }, lane))
      return { handled, failing: failing.size, more: handled > 0 }
    },
  }
}

interface Sweeping {
  ctx: Context
  job: string
  sweeps: CustomerSweeps
  failing: Map<number, Failing>
}

interface Group {
  environment: Environment
  customers: number[]
}

/** Those who share a transaction are of one environment. */
function groupsOf(due: readonly DueCustomer[]): Group[] {
  const groups: Group[] = []
  const open = new Map<number, Group>()
  for (const { environment, customer } of due) {
    let group = open.get(environment.id)
    if (group === undefined || group.customers.length === TOGETHER) {
      group = { environment, customers: [] }
      open.set(environment.id, group)
      groups.push(group)
    }
    group.customers.push(customer)
  }
  return groups
}

/** @returns of how many customers something was done */
async function sweepGroup(sweeping: Sweeping, group: Group): Promise<number> {
  const { failing } = sweeping
  const failures: Failure[] = []
  try {
    const swept = await sweepTogether(sweeping, group, failures)
    for (const { customer } of swept) failing.delete(customer)
    return swept.filter(({ handled }) => handled > 0).length
  } catch (error) {
    // that is nobody's own failure: the whole run stops and is tried again
    if (error instanceof DatabaseUnavailable) throw error
    const blamed = whoFailed(group, failures, error)
    if (blamed !== null) noteFailure(sweeping, group.environment, blamed)
    let handled = 0
    for (const half of halvesWithout(group, blamed)) handled += await sweepGroup(sweeping, half)
    return handled
  }
}

interface Failure {
  customer: number
  error: unknown
}

/** The first to fail, where it failed by itself: a statement of several fails for all of them. */
function whoFailed({ customers }: Group, failures: readonly Failure[], error: unknown): Failure | null {
  const [alone] = customers
  if (customers.length === 1 && alone !== undefined) return { customer: alone, error }
  const [first, ...others] = failures
  return first === undefined || others.some((other) => other.error === first.error) ? null : first
}

function halvesWithout({ environment, customers }: Group, blamed: Failure | null): Group[] {
  const left = customers.filter((customer) => customer !== blamed?.customer)
  const middle = Math.ceil(left.length / 2)
  return [left.slice(0, middle), left.slice(middle)]
    .filter((half) => half.length > 0)
    .map((half) => ({ environment, customers: half }))
}

/** One transaction: all of them or none. What they ask and write alike travels as one statement. */
async function sweepTogether(
  { ctx, job, sweeps }: Sweeping,
  { environment, customers }: Group,
  failures: Failure[],
): Promise<{ customer: number; handled: number }[]> {
  return transaction(ctx.db, async (tx) => {
    const claimed = await claimHeads(tx, environment.id, customers)
    // in order, before each of them locks its own
    await lockBalancesOf(tx, environment.id, claimed)
    const takePart = gather(tx)
    const sweep = async (customer: number) => {
      const own = { ...ctx, tx: takePart(), environment, actor: `job:${job}` }
      try {
        return { customer, handled: await sweepCustomer(own, sweeps, customer, ctx.clock.now()) }
      } catch (error) {
        failures.push({ customer, error })
        throw error
      }
    }
    const settled = await Promise.allSettled(claimed.map(sweep))
    const failed = settled.find((outcome) => outcome.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    return settled.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  })
}

function noteFailure(
  { ctx, job, failing }: Sweeping,
  environment: Environment,
  { customer, error }: Failure,
): void {
  const attempts = (failing.get(customer)?.attempts ?? 0) + 1
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS)
  failing.set(customer, { attempts, retryAt: ctx.clock.now() + pauseMs })
  ctx.logger.error(
    { err: error, job, environment: environment.name, customer, attempts, pauseMs },
    'A customer could not be swept; it is tried again',
  )
}

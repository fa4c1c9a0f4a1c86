/**
 * Passing a change of the catalog on to customers who command nothing. First, many at once, their guards are closed:
 * from then on whoever takes works out what is in force. Then, one by one and without haste, it is worked out for all.
 *
 * Owns: the order, the two passes. Does not own: what a customer may use (`customers/command.ts` works it out).
 * Invariant: a process that dies leaves its place to another; a customer that fails keeps no other waiting.
 */
import type { Context } from '../../context.ts'
import { unchanged } from '../../domain/customers/state.ts'
import { END_OF_TIME } from '../../domain/time/instant.ts'
import {
  claimSpread,
  closeGuards,
  loadSpreadCustomers,
  saveSpread,
  type Spread,
} from '../../store/catalog-spread.ts'
import { DatabaseUnavailable } from '../../store/database/errors.ts'
import { transaction } from '../../store/database/transaction.ts'
import { hintEvents } from '../../store/events.ts'
import { changeCustomer } from '../customers/command.ts'

/**
 * How many customers one call goes on by. The takes of those whose guards are closed wait for the transaction; the next
 * change waits until those are told whose turn it is.
 */
const BATCHES = { closed: 1_000, told: 10 }
/** A batch that takes longer is taken for lost. */
const CLAIM_MS = 10_000
/** Longer than any command that read the catalog before the change was committed. */
const SECOND_PASS_AFTER_MS = 5_000

/** Tells the next batch; `more` when it was not the last. */
export async function spreadCatalog(
  ctx: Context,
  batches: { closed: number; told: number } = BATCHES,
): Promise<{ handled: number; more: boolean }> {
  const now = ctx.clock.now()
  const spread = await claimSpread(ctx.db, now, now + CLAIM_MS)
  if (spread === null) return { handled: 0, more: false }
  const size = spread.pass === 1 ? batches.closed : batches.told
  const customers = await loadSpreadCustomers(ctx.db, spread, size)
  if (spread.pass === 1) await close(ctx, spread, customers)
  else for (const customer of customers) await tell(ctx, spread, customer)
  const after = customers.at(-1)
  const isDone = customers.length < size || after === undefined
  if (!isDone) await saveSpread(ctx.db, spread, { pass: spread.pass, after, at: now })
  else if (spread.pass === 1)
    await saveSpread(ctx.db, spread, { pass: 2, after: 0, at: now + SECOND_PASS_AFTER_MS })
  else await saveSpread(ctx.db, spread, { pass: 0, after: 0, at: END_OF_TIME })
  return { handled: customers.length, more: !isDone }
}

async function close(ctx: Context, { environment }: Spread, customers: number[]): Promise<void> {
  if (customers.length === 0) return
  await transaction(ctx.db, async (tx) => {
    await closeGuards(tx, environment.id, customers, ctx.clock.now())
    await hintEvents(tx, environment.id)
  })
}

async function tell(ctx: Context, { environment }: Spread, customer: number): Promise<void> {
  try {
    await transaction(ctx.db, (tx) =>
      changeCustomer({ ...ctx, tx, environment, actor: 'job:spread-catalog' }, customer, unchanged, {
        force: true,
        acceptDeleted: true,
      }),
    )
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error
    ctx.logger.error(
      { err: error, environment: environment.name, customer },
      "A customer could not be told of the catalog's change; the next command on it will work it out",
    )
  }
}

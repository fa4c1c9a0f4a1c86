/**
 * Passing a change of the catalog on to customers who command nothing: what they may use is worked out anew, under a
 * new version, so that no balance and no cache goes on with the old one.
 *
 * Owns: the order, the two passes. Does not own: what a customer may use (`customers/command.ts` works it out).
 * Invariant: a process that dies leaves its place to another; a customer that fails keeps no other waiting.
 */
import type { Context } from '../../context.ts'
import { unchanged } from '../../domain/customers/state.ts'
import { END_OF_TIME } from '../../domain/time/instant.ts'
import { claimSpread, loadSpreadCustomers, saveSpread, type Spread } from '../../store/catalog-spread.ts'
import { DatabaseUnavailable } from '../../store/database/errors.ts'
import { transaction } from '../../store/database/transaction.ts'
import { changeCustomer } from '../customers/command.ts'

const BATCH = 100
/** A batch that takes longer is taken for lost. */
const CLAIM_MS = 10_000
/** Longer than any command that read the catalog before the change was committed. */
const SECOND_PASS_AFTER_MS = 5_000

/** Tells the next batch; `more` when it was not the last. */
export async function spreadCatalog(ctx: Context): Promise<{ handled: number; more: boolean }> {
  const now = ctx.clock.now()
  const spread = await claimSpread(ctx.db, now, now + CLAIM_MS)
  if (spread === null) return { handled: 0, more: false }
  const customers = await loadSpreadCustomers(ctx.db, spread, BATCH)
  for (const customer of customers) await tell(ctx, spread, customer)
  const after = customers.at(-1)
  const isDone = customers.length < BATCH || after === undefined
  if (!isDone) await saveSpread(ctx.db, spread, { pass: spread.pass, after, at: now })
  else if (spread.pass === 1)
    await saveSpread(ctx.db, spread, { pass: 2, after: 0, at: now + SECOND_PASS_AFTER_MS })
  else await saveSpread(ctx.db, spread, { pass: 0, after: 0, at: END_OF_TIME })
  return { handled: customers.length, more: !isDone }
}

async function tell(ctx: Context, { environment, pass }: Spread, customer: number): Promise<void> {
  try {
    await transaction(ctx.db, (tx) =>
      changeCustomer({ ...ctx, tx, environment, actor: 'job:spread-catalog' }, customer, unchanged, {
        force: true,
        acceptDeleted: true,
      }),
    )
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error
    const again = pass === 1 ? 'it is tried again' : 'the next command on it will'
    ctx.logger.error(
      { err: error, environment: environment.name, customer },
      `A customer could not be told of the catalog's change; ${again}`,
    )
  }
}

import type { Transaction } from './database/pool.ts'

/**
 * Runs part of a transaction so that its failure undoes that part alone. The error is thrown on.
 *
 * @example await withSavepoint(tx, () => importOne(tx, customer)).catch(asResult)
 */
export async function withSavepoint<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  await tx.query('savepoint part')
  try {
    const result = await work()
    await tx.query('release savepoint part')
    return result
  } catch (error) {
    await tx.query('rollback to savepoint part')
    throw error
  }
}

/** Runs something for its answer alone: what it wrote is taken back. */
export async function takenBack<T>(tx: Transaction, use: () => Promise<T>): Promise<T> {
  await tx.query('savepoint taken_back')
  const result = await use()
  await tx.query('rollback to savepoint taken_back')
  return result
}

import type { Context } from '../../context.ts'
import { ensureUsagePartitions } from '../../store/partitions.ts'

/** Makes room for the usage of this month and the next two. @returns how many partitions it made */
export async function preparePartitions({ db, clock }: Context): Promise<{ handled: number }> {
  return { handled: (await ensureUsagePartitions(db, clock.now())).length }
}

import type pg from 'pg'
import { openClient } from '../../../src/store/database/pool.ts'
import type { Ground } from './ground.ts'
import { original, withStatements } from './statements.ts'

/**
 * Uses are read as they were before the customer's lock was waited for: as one statement that both waits and reads
 * would see them.
 */
export async function snapshotBeforeTheWait<Result>(
  ground: Ground,
  work: () => Promise<Result>,
): Promise<Result> {
  const snapshots = new Map<object, pg.Client>()
  const take = async (client: object) => {
    await snapshots.get(client)?.end()
    const snapshot = await openClient(ground.database.connection)
    snapshots.set(client, snapshot)
    await original.call(snapshot, 'begin isolation level repeatable read')
    // the first statement that reads is what fixes it
    await original.call(snapshot, 'select count(*) from usage_event')
  }
  try {
    return await withStatements(
      {
        async around(statement, forward, client) {
          if (statement.name === 'usage-lock-heads-wait') await take(client)
          const snapshot = statement.name === 'usage-events-load' ? snapshots.get(client) : undefined
          if (snapshot === undefined) return forward()
          return original.call(snapshot, statement)
        },
      },
      work,
    )
  } finally {
    await Promise.all([...snapshots.values()].map((snapshot) => snapshot.end()))
  }
}

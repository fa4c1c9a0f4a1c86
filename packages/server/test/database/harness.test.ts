import { describe, expect, it } from 'vitest'
import { openPool } from '../../src/store/database/pool.ts'
import { createTestDatabase } from '../support/database.ts'

describe('the test database', () => {
  it('is a fresh copy with the schema of the product', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()])
    const { rows } = await one.db.query('select count(*) as count from tollkeeper_migration')
    expect(rows[0]?.count).toBeGreaterThan(0)
    await one.db.query('create table only_here ()')
    await expect(other.db.query('select from only_here')).rejects.toThrow('does not exist')
    await Promise.all([one.close(), other.close()])
  })

  it('is reachable by its URL', async () => {
    const database = await createTestDatabase({ empty: true })
    const pool = openPool({ connectionString: database.url })
    expect((await pool.query('select current_database() as name')).rows[0]?.name).toBe(
      database.connection.database,
    )
    await pool.close()
    await database.close()
  })

  it('fails the test that left a connection of its own open', async () => {
    const database = await createTestDatabase({ empty: true })
    const forgotten = openPool(database.connection)
    await forgotten.query('select 1')
    await expect(database.close()).rejects.toThrow(/Leaked connection: others .*\n.*tollkeeper idle select 1/)
    await forgotten.close()
  })

  it('fails the test that did not give a client back', async () => {
    const database = await createTestDatabase({ empty: true })
    let giveBack = () => {}
    const taken = new Promise<void>((resolve) => {
      void database.db.withClient(() => {
        resolve()
        return new Promise<void>((done) => (giveBack = done))
      })
    })
    await taken
    await expect(database.close()).rejects.toThrow(
      "Leaked connection: 1 of the test's own pool are still in use",
    )
    giveBack()
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openExternal } from '../../src/store/database/external.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ empty: true })
})
afterAll(() => database.close())

const refusal = (connectionString: string) =>
  openExternal({ connectionString }).catch((error: unknown) => error)

describe('DATABASE_URL', () => {
  it('opens a PostgreSQL of the user’s own, also with options of its own', async () => {
    const separator = database.url.includes('?') ? '&' : '?'
    const url = `${database.url}${separator}options=${encodeURIComponent('-c statement_timeout=12345')}`
    const db = await openExternal({ connectionString: url })
    const { rows } = await db.query(
      "select current_setting('statement_timeout') as timeout, current_setting('TimeZone') as zone, to_timestamp(0) as epoch",
    )
    expect(rows).toEqual([{ timeout: '12345ms', zone: 'UTC', epoch: 0 }])
    await db.close()
  })

  it('that is no URL is told apart from one that leads nowhere', async () => {
    expect(await refusal('mysql://localhost/x')).toMatchObject({ code: 'connection-settings-invalid' })
    expect(await refusal('postgres://someone:secret@127.0.0.1:1/x')).toMatchObject({
      code: 'connection-refused',
      message: expect.stringMatching(/postgres:\/\/someone:…@127\.0\.0\.1:1\/x.*ECONNREFUSED/) as string,
      remedy: expect.stringContaining('host and port') as string,
    })
  })

  it('with a database that is absent says which step is missing', async () => {
    expect(await refusal(database.url.replace(database.connection.database, 'absent'))).toMatchObject({
      code: 'connection-refused',
      remedy: expect.stringContaining('create database') as string,
    })
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { eraseCustomers } from '../../src/operations/customers/erase.ts'
import { createMailbox } from '../../src/operations/deliveries/mailbox.ts'
import { insertDeliveries } from '../../src/store/deliveries.ts'
import { transaction } from '../../src/store/database/transaction.ts'
import { holdRecipients, loadRecipients } from '../../src/store/recipients.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { rowsThatSay } from '../support/rows-that-say.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db, jobs: false })
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})

const TEST = 1
const email = 'yvaine@stormhold.example'
const letter = {
  id: 'dlv_test_0001',
  environment: TEST,
  recipient: email,
  senderName: 'Seller',
  subject: `To ${email}`,
  text: '',
  html: '',
  attachments: [],
}

const isWaiting = () =>
  eventually('the deletion waits', async () => {
    const { rows } = await database.db.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return rows.length > 0 ? true : undefined
  })

it('ST-13 a letter that is planned and written while its reader is deleted leaves no address', async () => {
  const { context } = server.engine
  const { db, clock } = context
  await server.request('PUT', '/v1/customers/yvaine', { body: { email } })
  const { rows } = await db.query<{ id: number }>("select id from customer where key = 'yvaine'")
  const { id: customer } = rows[0] as { id: number }

  let deletion: Promise<unknown> | undefined
  await transaction(db, async (tx) => {
    await holdRecipients(tx, TEST, [customer])
    const recipients = await loadRecipients(tx, TEST, [customer])
    deletion = server.request('DELETE', '/v1/customers/yvaine')
    await isWaiting()
    const target = recipients.get(customer)?.email as string
    const cause = { event: 'evt_test_0001', eventType: 'invoice.issued', position: 1, cause: 'evt_test_0001' }
    await insertDeliveries(tx, TEST, [{ ...cause, id: letter.id, customer, channel: 'mail', target }], 0)
  })
  expect(await deletion).toMatchObject({ status: 200 })
  expect((await rowsThatSay(db, [email])).map((row) => row.split(':')[0])).toContain('delivery')

  const mailbox = createMailbox({ db, clock }, 'seller@example.com')
  await mailbox.send({ ...letter, customer })
  expect((await rowsThatSay(db, [email])).map((row) => row.split(':')[0])).toContain('mailbox_letter')
  expect(await eraseCustomers(context)).toEqual({ handled: 1, failing: 0 })
  expect(await rowsThatSay(db, [email])).toEqual([])
  // whoever had composed it before comes too late
  await mailbox.send({ ...letter, customer })
  expect(await rowsThatSay(db, [email])).toEqual([])
})

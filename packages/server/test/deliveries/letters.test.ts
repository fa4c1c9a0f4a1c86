import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixedClock } from '../../src/clock.ts'
import type { AdjustableClock } from '../../src/clock.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time/instant.ts'
import { eventually } from '../support/eventually.ts'
import { queueCatalog } from '../support/catalog.ts'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { startTestServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'
import { startPostbox } from './postbox.ts'
import type { Postbox } from './postbox.ts'

let database: TestDatabase
let clock: AdjustableClock
let postbox: Postbox
let server: TestServer

// nothing is owed: these letters are not about money
const essential = { ...queueCatalog.plans.essential, prices: { XOF: { month: 0 } } }
const plans = { ...queueCatalog.plans, essential }
const operator = {
  ...queueCatalog.operator,
  name: 'Files & Co',
  email: 'desk@queues.example',
  language: 'fr',
}

beforeAll(async () => {
  database = await createTestDatabase({ max: 20 })
  postbox = await startPostbox()
  clock = fixedClock(Date.UTC(2026, 2, 10, 9, 30))
  const deliveries = { smtpUrl: postbox.url, mailFrom: 'billing@queues.example' }
  server = await startTestServer({ db: database.db, clock, deliveries })
  const { status, text } = await server.request('PUT', '/v1/catalog', {
    body: { ...queueCatalog, plans, operator },
  })
  expect(status, text).toBe(200)
})
afterAll(async () => {
  await server?.stop()
  await postbox?.close()
  await database?.close()
})

async function subscribed(id: string, person: object): Promise<void> {
  await server.request('PUT', `/v1/customers/${id}`, { body: person })
  const body = { customer: id, plan: 'essential', currency: 'XOF', trialDays: 0, activation: 'automatic' }
  const { status, text } = await server.request('POST', '/v1/subscriptions', { body })
  expect(status, text).toBe(201)
}

/** The letters to an address, once there are so many. */
const lettersTo = (address: string, count = 1) =>
  eventually(`${count} letters to ${address}`, () => {
    const found = postbox.letters.filter(({ to }) => to.includes(address))
    return found.length >= count ? found : undefined
  })

const deliveryTo = (address: string, status: string) =>
  eventually(`the letter to ${address} is ${status}`, async () => {
    const query = `target=${encodeURIComponent(address)}&status=${status}`
    return (await server.request('GET', `/v1/deliveries?${query}`)).body.data[0]
  })

describe('a letter', () => {
  it('QE-19 is written in the language of its reader, by the operator, with text and HTML', async () => {
    await subscribed('kiosque', { name: 'Kiosque', email: 'contact@kiosque.example', locale: 'fr-SN' })
    await subscribed('kiosk', { name: 'Kiosk', email: 'contact@kiosk.example', locale: 'en' })
    const [french] = await lettersTo('contact@kiosque.example')
    const [english] = await lettersTo('contact@kiosk.example')
    expect(french!.header('Subject')).toBe('Votre abonnement est actif')
    expect(english!.header('Subject')).toBe('Your subscription is active')
    expect(french!.header('From')).toContain('Files & Co')
    expect(french!.from).toBe('billing@queues.example')
    expect(french!.source).toMatch(/Content-Type: text\/plain/)
    expect(french!.source).toMatch(/Content-Type: text\/html/)
    expect(french!.header('Auto-Submitted')).toBe('auto-generated')
  })

  it('goes to the members who run the account, and to the customer where none does', async () => {
    await server.request('PUT', '/v1/customers/group', { body: { email: 'office@group.example' } })
    for (const [id, role] of [
      ['ada', 'admin'],
      ['ben', 'owner'],
      ['chloe', 'reader'],
    ])
      await server.request('PUT', `/v1/customers/group/members/${id}`, {
        body: { email: `${id}@group.example`, metadata: { role } },
      })
    await subscribed('group', {})
    await lettersTo('ada@group.example')
    await lettersTo('ben@group.example')
    const told = postbox.letters.filter((letter) =>
      letter.header('Subject').includes('subscription is active'),
    )
    const all = told.flatMap(({ to }) => to).filter((address) => address.includes('group'))
    expect(all.sort()).toEqual(['ada@group.example', 'ben@group.example'])
  })

  it('is tried again under the same Message-ID when the server can not take it now', async () => {
    postbox.failNext(451)
    await subscribed('later', { email: 'later@people.example' })
    const failed = await deliveryTo('later@people.example', 'failed')
    expect(failed).toMatchObject({ attempts: 1, lastError: 'mail_refused', responseCode: 451 })
    clock.advance(MINUTE_MS)
    const [letter] = await lettersTo('later@people.example')
    expect(letter!.header('Message-ID')).toBe(`<${failed.id}@queues.example>`)
    expect(await deliveryTo('later@people.example', 'delivered')).toMatchObject({ attempts: 2 })
  })

  it('to an address that does not exist is given up at once', async () => {
    postbox.refuse('nobody@people.example', 550)
    await subscribed('nobody', { email: 'nobody@people.example' })
    const given = await deliveryTo('nobody@people.example', 'abandoned')
    expect(given).toMatchObject({ attempts: 1, lastError: 'recipient_refused', responseCode: 550 })
  })

  it('is no longer known after its customer was deleted', async () => {
    postbox.failNext(451)
    await subscribed('leaving', { email: 'leaving@people.example' })
    await deliveryTo('leaving@people.example', 'failed')
    await server.request('DELETE', '/v1/customers/leaving')
    clock.advance(HOUR_MS)
    const { data } = (await server.request('GET', '/v1/deliveries?customer=leaving&channel=mail')).body
    expect(data.length).toBeGreaterThan(0)
    for (const delivery of data) expect(delivery).toMatchObject({ status: 'abandoned' })
    expect(JSON.stringify(data)).not.toContain('leaving@people.example')
    expect(postbox.letters.some(({ to }) => to.includes('leaving@people.example'))).toBe(false)
  })

  it('ST-13 to somebody who was deleted is not sent again, and keeps no address', async () => {
    const own = async (customer: string) =>
      (await server.request('GET', `/v1/deliveries?customer=${customer}&channel=mail`)).body.data
    const resent = (id: string) => server.request('POST', `/v1/deliveries/${id}/resend`)
    await subscribed('gone', { email: 'gone@people.example' })
    const { id } = await deliveryTo('gone@people.example', 'delivered')
    await server.request('DELETE', '/v1/customers/gone')
    expect(await resent(id)).toMatchObject({ status: 409, body: { code: 'recipient_erased' } })
    expect((await own('gone')).find((each: { id: string }) => each.id === id)).toMatchObject({
      status: 'delivered',
    })

    const emails = { dora: 'dora@board.example', emil: 'board@board.example', finn: 'finn@board.example' }
    await server.request('PUT', '/v1/customers/board', { body: { email: emails.emil } })
    for (const [member, email] of Object.entries(emails))
      await server.request('PUT', `/v1/customers/board/members/${member}`, {
        body: { email, metadata: { role: 'admin' } },
      })
    await subscribed('board', {})
    const letters = await Promise.all(Object.values(emails).map((email) => deliveryTo(email, 'delivered')))
    for (const member of ['dora', 'emil']) {
      await server.request('DELETE', `/v1/customers/board/members/${member}`)
    }
    // one of the two addresses is the customer's own
    const [dora] = letters
    expect((await own('board')).map(({ target }: { target: string }) => target).sort()).toEqual(
      [emails.emil, `erased ${dora.id}`, emails.finn].sort(),
    )
    expect(await resent(dora.id)).toMatchObject({ status: 409 })
  })

  it('tells of a suspension and of its end', async () => {
    const subjectsAre = (subject: string) =>
      eventually(subject, () =>
        postbox.letters.find(
          (each) => each.to[0] === 'late@people.example' && each.header('Subject') === subject,
        ),
      )
    await subscribed('late', { email: 'late@people.example', locale: 'en' })
    await server.request('PUT', '/v1/customers/late/suspension', { body: { reason: 'fraud' } })
    await subjectsAre('Your account is suspended')
    await server.request('DELETE', '/v1/customers/late/suspension')
    await subjectsAre('Your account is open again')
  })
})

describe('without an SMTP server', () => {
  it('letters of the test environment are kept in the mailbox; live ones are not written', async () => {
    const own = await createTestDatabase()
    const kept = await startTestServer({ db: own.db, mailboxPage: true })
    try {
      const live = (await kept.createKey({ mode: 'live' })).secret
      for (const key of [kept.secretKey, live]) {
        await kept.request('PUT', '/v1/catalog', { key, body: queueCatalog })
        const person = { name: 'Ada <b>', email: 'ada@people.example' }
        await kept.request('PUT', '/v1/customers/ada', { key, body: person })
        const terms = { customer: 'ada', plan: 'essential', currency: 'XOF', trialDays: 0 }
        await kept.request('POST', '/v1/subscriptions', { key, body: terms })
      }
      const { text, headers } = await eventually('the letter is in the mailbox', async () => {
        const page = await kept.request('GET', '/mailbox', { key: '' })
        const links = new Set(page.text.match(/\/mailbox\/dlv_test_\w+/g))
        const letters = await Promise.all([...links].map((link) => kept.request('GET', link, { key: '' })))
        return letters.find((letter) => letter.text.includes('Your subscription is active'))
      })
      expect(text).toContain('ada@people.example')
      expect(text).not.toContain('<b>')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      const { data } = (await kept.request('GET', '/v1/deliveries?channel=mail', { key: live })).body
      expect(data).toEqual([])
      expect((await kept.request('GET', '/mailbox/dlv_test_none', { key: '' })).status).toBe(404)
    } finally {
      await kept.stop()
      await own.close()
    }
  })

  it('the mailbox is on no other server than a developer’s', async () => {
    expect((await server.request('GET', '/mailbox', { key: '' })).status).toBe(404)
  })
})

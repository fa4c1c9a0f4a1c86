import { createClient } from '@tollkeeper/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalog as groupCatalog } from '../../../../examples/group-tokens/catalog.ts'
import { catalog as queueCatalog } from '../../../../examples/queue-quotas/catalog.ts'
import { startPostbox } from '../deliveries/postbox.ts'
import type { Postbox } from '../deliveries/postbox.ts'
import { startReceiver } from '../deliveries/receiver.ts'
import type { Receiver } from '../deliveries/receiver.ts'
import { eventually } from '../support/eventually.ts'
import { startTestServer } from '../support/server.ts'
import { happened, openWorld } from './world.ts'
import type { ScenarioWorld } from './world.ts'

const START = '2026-03-10T09:30:00Z'

let postbox: Postbox
let receiver: Receiver
let world: ScenarioWorld
beforeAll(async () => {
  postbox = await startPostbox()
  receiver = await startReceiver()
  world = await openWorld({ deliveries: { smtpUrl: postbox.url, allowPrivateWebhooks: true } })
  const types = { eventTypes: ['usage.threshold_reached' as const, 'usage.refused' as const] }
  await world.client.webhookEndpoints.create({ url: `${receiver.url}/signed`, ...types })
  await world.client.webhookEndpoints.create({ url: `${receiver.url}/chat`, format: 'slack', ...types })
})
afterAll(async () => {
  await world?.close()
  await receiver?.close()
  await postbox?.close()
})

/** Everything that this customer's events made is sent. @returns what left, as channel and event */
async function sentFor(customer: string, events: number): Promise<string[]> {
  const { data } = await eventually(`everything for ${customer} is sent`, async () => {
    const told = await world.client.events.list({ customer, after: 0, limit: 100 })
    const alerts = told.data.filter(({ type }) => /threshold|refused/.test(type))
    const list = await world.client.deliveries.list({ customer, limit: 100 })
    const ofAlerts = list.data.filter(({ eventType }) => /threshold|refused/.test(eventType))
    const signed = ofAlerts.filter(({ channel }) => channel === 'webhook')
    const isDone = ofAlerts.every(({ status }) => status === 'delivered')
    return alerts.length === events && signed.length === events && isDone ? { data: ofAlerts } : undefined
  })
  return data.map(({ channel, eventType }) => `${channel} ${eventType}`).sort()
}
const signedFor = (customer: string) =>
  receiver.received.filter(({ path, body }) => path === '/signed' && body.customer === customer)
const chatFor = (customer: string) =>
  receiver.received.filter(({ path, body }) => path === '/chat' && body.text.includes(customer))
const lettersTo = (address: string) => postbox.letters.filter(({ to }) => to.includes(address))

describe('warnings', () => {
  test('GT-5 80, 90 and 100 per cent reach the admins by letter and the application by webhook, once per period and feature', async () => {
    const { client } = world
    // nothing is owed, so that the next period begins whoever pays
    const circle = { ...groupCatalog.plans.circle, prices: { EUR: { month: 0 } } }
    await client.catalog.put({ ...groupCatalog, plans: { ...groupCatalog.plans, circle } })
    const group = await world.customerAt(START, { plan: 'circle', currency: 'EUR', members: ['ben'] })
    const email = 'ada@group.example'
    await client.members.put(group.id, 'ada', { email, metadata: { role: 'admin' } })
    const before = lettersTo(email).length
    const voice = { customer: group.id, feature: 'voice_tokens' }
    await client.track([{ ...voice, amount: 16_000, idempotencyKey: 'eighty' }])
    await client.track([{ ...voice, amount: 16_000, idempotencyKey: 'eighty' }])
    await client.track([{ ...voice, amount: 2_000 }])
    await client.track([{ ...voice, amount: 9_000 }])
    await client.track([{ ...voice, amount: 9_000 }])
    await sentFor(group.id, 3)

    const webhooks = signedFor(group.id).map(({ body }) => body.data)
    expect(webhooks.map(({ threshold }) => threshold).sort((a, b) => a - b)).toEqual([80, 90, 100])
    for (const data of webhooks) expect(data.upgrade).toMatchObject({ plan: 'crew' })
    const subjects = () =>
      lettersTo(email)
        .slice(before)
        .map((letter) => letter.header('Subject'))
    const percentages = subjects().filter((subject) => /%|limit/.test(subject))
    expect(percentages).toHaveLength(3)
    expect(percentages.filter((subject) => subject.includes('80%'))).toHaveLength(1)
    expect(percentages.filter((subject) => subject.includes('90%'))).toHaveLength(1)
    // letters may arrive in another order than they were sent
    const told = lettersTo(email).filter((letter) => /%|limit/.test(letter.header('Subject')))
    for (const letter of told) expect(letter.source).toContain('Crew')

    // another period is warned of anew
    await group.moveTo('2026-04-10T09:30:00Z')
    await client.track([{ ...voice, amount: 16_000 }])
    await sentFor(group.id, 4)
    expect(signedFor(group.id)).toHaveLength(4)
    expect(subjects().filter((subject) => subject.includes('80%'))).toHaveLength(2)
  })
})

describe('alerts', () => {
  test('QE-13 refusals and thresholds go out by letter, chat and signed webhook: one message per customer, feature and hour', async () => {
    const { client, server, database } = world
    const operator = { ...queueCatalog.operator, language: 'fr' }
    await client.catalog.put({ ...queueCatalog, operator })
    const own = await world.customerAt(START, { plan: 'essential', trialDays: 0 })
    const email = 'desk@bank.example'
    await client.customers.put(own.id, { email, locale: 'fr' })
    const ask = { customer: own.id, feature: 'agents' }
    // a second process refuses as well
    const other = await startTestServer({ db: database.db, jobs: false })
    try {
      await client.set({ ...ask, amount: 5 })
      const asking = [client, createClient({ url: other.url, key: other.secretKey })]
      const storm = () =>
        Promise.all(Array.from({ length: 60 }, (_, index) => asking[index % 2]!.consume(ask)))
      const answers = await storm()
      expect(answers.every(({ allowed, code }) => !allowed && code === 'quota_exceeded')).toBe(true)
      const thresholds = (await happened(client, own.id, 'usage.threshold_reached')).length
      const hour = async (refusals: number) => {
        const sent = await sentFor(own.id, thresholds + refusals)
        for (const channel of ['webhook', 'slack', 'mail'])
          expect(sent.filter((each) => each === `${channel} usage.refused`)).toHaveLength(refusals)
      }
      await hour(1)
      const [refused] = await happened(client, own.id, 'usage.refused')
      expect(refused?.data).toMatchObject({
        feature: 'agents',
        code: 'quota_exceeded',
        used: 5,
        limit: 5,
        upgrade: { plan: 'professional' },
      })

      // the rest of the hour is silent, in both processes; another feature is not
      await storm()
      await own.moveTo('2026-03-10T09:59:59Z')
      await storm()
      await client.set({ customer: own.id, feature: 'sites', amount: 1 })
      await client.consume({ customer: own.id, feature: 'sites' })
      const first = (await happened(client, own.id, 'usage.threshold_reached')).length - thresholds
      await sentFor(own.id, thresholds + first + 2)
      const features = (await happened(client, own.id, 'usage.refused')).map(({ data }) => data.feature)
      expect(features).toEqual(['agents', 'sites'])

      // the next hour speaks again
      await own.moveTo('2026-03-10T10:00:00Z')
      await storm()
      await sentFor(own.id, thresholds + first + 3)
      const again = (await happened(client, own.id, 'usage.refused')).map(({ data }) => data.hour)
      expect(again.at(-1)).toBe('2026-03-10T10:00:00.000Z')
      expect(chatFor(own.id).some(({ body }) => body.text.includes('demande refusée'))).toBe(true)
      const letters = lettersTo(email).filter((letter) => letter.header('Subject').includes('refusée'))
      expect(letters).toHaveLength(3)
      expect(await server.request('GET', '/readyz')).toMatchObject({ status: 200 })
    } finally {
      await other.stop()
    }
  })
})

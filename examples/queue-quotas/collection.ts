/** The chapter on money: a trial that is taken up, an invoice by mail, reminders, a suspension, and a payment by phone. */
import type { Client } from '@tollkeeper/client'
import { randomUUID } from 'node:crypto'
import { answerPrompt, until } from '../payer.ts'
import type { Story } from '../story.ts'

/** QE-5, QE-7, QE-8, QE-16 */
export async function collectWhatIsDue(client: Client, story: Story): Promise<void> {
  story.chapter('A month that nobody paid')
  const clock = await client.testClocks.create({ now: '2026-03-10T09:30:00Z' })
  const tenant = `tenant-${randomUUID().slice(0, 8)}`
  const moveTo = (instant: string) => client.advanceTestClock(clock.id, instant)
  const person = { name: 'Une banque', email: `${tenant}@banque.example`, currency: 'XOF', locale: 'fr' }
  await client.customers.put(tenant, { ...person, timeZone: 'Africa/Abidjan', testClock: clock.id })
  const { id } = await client.subscriptions.create({ customer: tenant, plan: 'essential', trialDays: 14 })
  await moveTo('2026-03-20T10:00:00Z')
  await client.subscriptions.activate(id)
  await moveTo('2026-03-20T10:00:01Z')
  const [invoice] = await client.invoices.listOfCustomer(tenant).toArray({ max: 5 })
  if (invoice === undefined) throw new Error('the month is billed')
  story.expect(
    'taken up within its trial, the first month is billed',
    [invoice.status, invoice.totalMinor, invoice.dueAt?.slice(0, 10)],
    ['open', 15_000, '2026-03-20'],
  )
  const letters = async (type: string) => {
    const sent = await client.deliveries.list({ customer: tenant, channel: 'mail' }).toArray({ max: 100 })
    return sent.filter(({ eventType, status }) => eventType === type && status === 'delivered').length
  }
  await until('the invoice is mailed', async () =>
    (await letters('invoice.issued')) === 1 ? true : undefined,
  )
  story.expect('and mailed', await letters('invoice.issued'), 1)

  for (const [day, sent] of [
    ['2026-03-23T09:00:01Z', 1],
    ['2026-03-27T09:00:01Z', 2],
    ['2026-04-04T09:00:01Z', 3],
  ] as const) {
    await moveTo(day)
    await until(`letter ${sent} has left`, async () =>
      (await letters('dunning.letter')) === sent ? true : undefined,
    )
  }
  const events = await client.customers.timeline(tenant).toArray({ max: 200 })
  const reminders = events.filter(({ type }) => type === 'dunning.letter').toReversed()
  story.expect(
    'reminders on day 3, 7 and 15 at nine o’clock',
    reminders.map(({ occurredAt, data }) => `${occurredAt.slice(0, 13)} ${String(data.letter)}`),
    ['2026-03-23T09 friendly', '2026-03-27T09 urgent', '2026-04-04T09 warning'],
  )
  await moveTo('2026-04-19T08:59:59Z')
  story.expect(
    'until day 30 it works',
    (await client.check({ customer: tenant, feature: 'tickets' })).allowed,
    true,
  )
  await moveTo('2026-04-19T09:00:01Z')
  const refused = await client.consume({ customer: tenant, feature: 'tickets' }, { language: 'fr' })
  story.expect('then it is suspended', refused.allowed || [refused.code, refused.message], [
    'tenant_suspended',
    'Compte suspendu',
  ])
  await payByPhone(client, tenant, invoice.id)
  story.expect('paid by phone', (await client.invoices.get(invoice.id)).status, 'paid')
  story.expect(
    'it works again at once',
    (await client.consume({ customer: tenant, feature: 'tickets' })).allowed,
    true,
  )
}

/** The phone gets a prompt, and its owner confirms. */
async function payByPhone(client: Client, tenant: string, invoice: string): Promise<void> {
  await client.paymentMethods.attach(tenant, {
    provider: 'simulator',
    kind: 'phone',
    instrument: '+2250701020304',
  })
  const url = await until('the phone is asked', async () => {
    const asked = await client.invoices.pay(invoice).catch(() => null)
    return asked?.attempt.url ?? undefined
  })
  await answerPrompt(url)
  await until('the money has come', async () =>
    (await client.invoices.get(invoice)).status === 'paid' ? true : undefined,
  )
}
